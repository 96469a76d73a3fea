#include "daemon/service/feed.h"

#include <algorithm>
#include <exception>
#include <utility>

#include "daemon/service/history.h"
#include "ipc/events.h"
#include "ipc/reply.h"

namespace settings::daemon {

namespace asio = boost::asio;

namespace {

constexpr store::Stretch one_write{64, 65'536};
constexpr std::size_t ready_entries = 512;
constexpr std::size_t ready_bytes = 1'048'576;
constexpr std::size_t ready_paths = 16;  ///< for so many an entry is kept rendered

constexpr auto revision_of = [](auto const& ready) { return ready.entry->revision; };

/// The changes of an entry that concern the path, as an event; null when none does.
std::shared_ptr<std::string const> frame_about(store::JournalEntry const& entry, StoreId store,
                                               std::string const& path) {
    auto changes = entry.read_changes();
    if (!path.empty()) changes = excerpt(changes, path);
    if (!path.empty() && changes.empty()) return nullptr;
    return std::make_shared<std::string const>(
        ipc::event_frame("change", {entry.revision, store}, entry_text(entry, changes)));
}

}  // namespace

Feed::Feed(boost::asio::any_io_executor executor, store::View const& view, store::Reader& reader,
           loop::Worker& worker)
    : view_{view},
      reader_{reader},
      worker_{worker},
      has_rendered_{executor},
      changed_{std::move(executor)} {}

void Feed::publish(bool whole) {
    // Watchers take what is ready now. Without watchers it would only take up memory.
    if (whole || !(changed_.has_waiters() || is_rendering_)) forget();
    if (whole) ++rereads_;
    changed_.notify();
}

void Feed::forget() {
    ready_.clear();
    ready_bytes_ = 0;
    reset_.reset();
    reset_revision_ = -1;
}

bool Feed::is_ours(Tag cursor) const {
    return cursor.store == view_.tag().store && cursor.revision < view_.revision();
}

/// What is large is rendered for one watcher at a time: the others that want the same wait for it,
/// and find it ready.
asio::awaitable<ipc::Events> Feed::after(Tag cursor, std::string path) {
    while (is_ours(cursor)) {
        Pieces pieces = pieces_after(cursor.revision, path);
        if (pieces.empty()) break;
        auto const bytes = bytes_to_render(pieces);
        auto const rereads = rereads_;
        bool const is_large = bytes >= loop::Worker::large;
        if (is_large && is_rendering_) {
            co_await has_rendered_.wait_until(loop::Signal::Clock::time_point::max());
            continue;
        }
        if (is_large) is_rendering_ = true;
        auto work = [pieces = std::move(pieces), store = cursor.store, path] {
            return rendered(pieces, store, path);
        };
        std::optional<Pieces> done = co_await worker_.run(bytes, std::move(work));
        if (is_large) {
            is_rendering_ = false;
            has_rendered_.notify();
        }
        if (rereads != rereads_) continue;
        if (!done) break;
        keep(*done, path);
        co_return events_of(*done);
    }
    if (cursor != view_.tag()) co_return reset();
    ipc::Events nothing{{}, cursor};
    co_return nothing;
}

/// Makes ready the next few entries that were committed since the last call. When there are too
/// many of them, as after a long time without watchers, begins anew where somebody asks: nothing is
/// read for nobody.
void Feed::catch_up(Revision cursor) {
    auto const head = view_.revision();
    auto const from = ready_.empty() ? cursor : revision_of(ready_.back());
    if (head - from > static_cast<Revision>(ready_entries)) {
        forget();
        return;
    }
    for (auto& entry : reader_.journal().after(from, head, one_write)) {
        ready_bytes_ += entry.changes.size();
        ready_.push_back({std::make_shared<store::JournalEntry const>(std::move(entry))});
    }
    while (ready_.size() > ready_entries || (ready_bytes_ > ready_bytes && ready_.size() > 1)) {
        ready_bytes_ -= ready_.front().entry->changes.size();
        ready_.pop_front();
    }
}

/// The entry that follows the cursor, if it is ready.
std::deque<Feed::Ready>::iterator Feed::ready_after(Revision cursor) {
    auto const next = std::ranges::upper_bound(ready_, cursor, {}, revision_of);
    return next != ready_.end() && revision_of(*next) == cursor + 1 ? next : ready_.end();
}

/// The entries after the cursor, as many as go well into one write: from what is ready, else from
/// the journal. Ends before a gap between revisions, which is where the history of another store
/// begins. None where what follows was pruned or cannot be read: nor could it the next time.
Feed::Pieces Feed::pieces_after(Revision cursor, std::string const& path) try {
    Pieces pieces;
    auto const is_next = [&](Revision revision) {
        return revision == cursor + 1 + static_cast<Revision>(pieces.size());
    };
    catch_up(cursor);
    std::size_t bytes = 0;
    for (auto next = ready_after(cursor);
         next != ready_.end() && is_next(revision_of(*next)) && pieces.size() < one_write.entries &&
         bytes < one_write.bytes;
         ++next) {
        bytes += next->entry->changes.size();
        pieces.push_back({next->entry});
        auto const known = next->frames.find(path);
        if (known != next->frames.end()) pieces.back().frame = known->second;
    }
    if (!pieces.empty()) return pieces;
    for (auto& entry : reader_.journal().after(cursor, view_.revision(), one_write)) {
        if (!is_next(entry.revision)) break;
        pieces.push_back({std::make_shared<store::JournalEntry const>(std::move(entry))});
    }
    return pieces;
} catch (store::SqliteError const&) {
    return {};
}

std::size_t Feed::bytes_to_render(Pieces const& pieces) {
    std::size_t bytes = 0;
    for (auto const& [entry, frame] : pieces)
        if (!frame) bytes += entry->changes.size();
    return bytes;
}

/// The pieces with all their frames; nothing where one cannot be read. Any thread.
std::optional<Feed::Pieces> Feed::rendered(Pieces pieces, StoreId store,
                                           std::string const& path) try {
    for (auto& [entry, frame] : pieces)
        if (!frame) frame = frame_about(*entry, store, path);
    return pieces;
} catch (std::exception const&) {
    return std::nullopt;
}

/// Keeps the frames of what is ready for the next who asks, for at most `ready_paths` paths; for
/// further paths they are rendered each time.
void Feed::keep(Pieces const& pieces, std::string const& path) {
    for (auto const& [entry, frame] : pieces) {
        auto const ready = ready_after(entry->revision - 1);
        if (ready == ready_.end() || ready->entry != entry) continue;
        if (ready->frames.size() < ready_paths) ready->frames.emplace(path, *frame);
    }
}

ipc::Events Feed::events_of(Pieces const& pieces) const {
    ipc::Events events{{}, {pieces.back().entry->revision, view_.tag().store}};
    for (auto const& [entry, frame] : pieces)
        if (*frame) events.frames.push_back(*frame);
    return events;
}

/// The whole document as it is now, for a watcher whom the history has left behind.
ipc::Events Feed::reset() {
    if (reset_revision_ != view_.revision()) {
        reset_revision_ = view_.revision();
        auto data = R"({"revision":)" + std::to_string(reset_revision_) + R"(,"settings":)";
        view_.append_to(data);
        data += '}';
        reset_ = std::make_shared<std::string const>(ipc::event_frame("reset", view_.tag(), data));
    }
    return {{reset_}, view_.tag()};
}

}  // namespace settings::daemon
