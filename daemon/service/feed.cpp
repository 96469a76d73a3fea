#include "daemon/service/feed.h"

#include <algorithm>
#include <utility>

#include "daemon/service/history.h"
#include "ipc/events.h"
#include "ipc/reply.h"

namespace settings::daemon {
namespace {

constexpr store::Stretch one_write{64, 65'536};
constexpr std::size_t ready_entries = 512;
constexpr std::size_t ready_bytes = 1'048'576;
constexpr std::size_t ready_paths = 16;  ///< for so many an entry is kept rendered

constexpr auto revision_of = [](auto const& ready) { return ready.entry.revision; };

std::string render(store::JournalEntry const& entry, Tag id, ChangeSet const& changes) {
    return ipc::event_frame("change", id, entry_text(entry, changes));
}

}  // namespace

Feed::Feed(boost::asio::any_io_executor executor, store::View const& view, store::Reader& reader)
    : view_{view}, reader_{reader}, changed_{std::move(executor)} {}

void Feed::publish(bool whole) {
    // Watchers take what is ready now. Without watchers it would only take up memory.
    if (whole || !changed_.has_waiters()) forget();
    changed_.notify();
}

void Feed::forget() {
    ready_.clear();
    ready_bytes_ = 0;
    reset_.reset();
    reset_revision_ = -1;
}

ipc::Events Feed::after(Tag cursor, std::string const& path) {
    if (cursor == view_.tag()) return {{}, cursor};
    bool const is_ours = cursor.store == view_.tag().store && cursor.revision < view_.revision();
    if (!is_ours) return reset();
    try {
        return read(cursor.revision, path);
    } catch (store::SqliteError const&) {
        // An entry that cannot be read now cannot be read the next time.
        return reset();
    }
}

ipc::Events Feed::read(Revision cursor, std::string const& path) {
    catch_up(cursor);
    auto const next = ready_after(cursor);
    return next == ready_.end() ? from_journal(cursor, path) : from_ready(next, cursor, path);
}

/// Makes ready the next few entries that were committed since the last call. When there are too
/// many of them, as after a long time without watchers, begins anew where somebody asks: nothing is
/// read for nobody.
void Feed::catch_up(Revision cursor) {
    auto const head = view_.revision();
    auto const from = ready_.empty() ? cursor : ready_.back().entry.revision;
    if (head - from > static_cast<Revision>(ready_entries)) {
        forget();
        return;
    }
    for (auto& entry : reader_.journal().after(from, head, one_write)) {
        ready_bytes_ += entry.bytes;
        ready_.push_back({std::move(entry)});
    }
    while (ready_.size() > ready_entries || (ready_bytes_ > ready_bytes && ready_.size() > 1)) {
        ready_bytes_ -= ready_.front().entry.bytes;
        ready_.pop_front();
    }
}

/// Rendered once per entry and path, for at most `ready_paths` paths; for further paths, rendered
/// each time.
Feed::Frame Feed::frame_of(Ready& ready, std::string const& path) const {
    if (auto const known = ready.frames.find(path); known != ready.frames.end())
        return known->second;
    auto frame = frame_about(ready.entry, path);
    if (ready.frames.size() < ready_paths) ready.frames.emplace(path, frame);
    return frame;
}

/// The changes of an entry that concern the path, as an event; null when none does.
Feed::Frame Feed::frame_about(store::JournalEntry const& entry, std::string const& path) const {
    auto const about = [&](ChangeSet const& changes) {
        return std::make_shared<std::string const>(render(entry, tag_of(entry.revision), changes));
    };
    if (path.empty()) return about(entry.changes);
    auto const changes = excerpt(entry.changes, path);
    return changes.empty() ? nullptr : about(changes);
}

void Feed::add(ipc::Events& events, Revision revision, Frame frame) const {
    events.cursor = tag_of(revision);
    if (frame) events.frames.push_back(std::move(frame));
}

Tag Feed::tag_of(Revision revision) const { return {revision, view_.tag().store}; }

/// The entry that follows the cursor, if it is ready.
std::deque<Feed::Ready>::iterator Feed::ready_after(Revision cursor) {
    auto const next = std::ranges::upper_bound(ready_, cursor, {}, revision_of);
    return next != ready_.end() && revision_of(*next) == cursor + 1 ? next : ready_.end();
}

/// Ends before a gap between revisions, which is where the history of another store begins.
ipc::Events Feed::from_ready(std::deque<Ready>::iterator next, Revision cursor,
                             std::string const& path) {
    ipc::Events events{{}, tag_of(cursor)};
    std::size_t bytes = 0;
    for (std::size_t looked_at = 0;
         next != ready_.end() && revision_of(*next) == events.cursor.revision + 1 &&
         looked_at < one_write.entries && bytes < one_write.bytes;
         ++next, ++looked_at) {
        bytes += next->entry.bytes;
        add(events, next->entry.revision, frame_of(*next, path));
    }
    return events;
}

ipc::Events Feed::from_journal(Revision cursor, std::string const& path) {
    auto const entries = reader_.journal().after(cursor, view_.revision(), one_write);
    // What follows was pruned, or is the history of another store.
    if (entries.empty() || entries.front().revision != cursor + 1) return reset();
    ipc::Events events{{}, tag_of(cursor)};
    for (auto const& entry : entries) {
        if (entry.revision != events.cursor.revision + 1) break;
        add(events, entry.revision, frame_about(entry, path));
    }
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
