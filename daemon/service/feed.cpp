#include "daemon/service/feed.h"

#include <utility>

#include "daemon/service/history.h"
#include "ipc/events.h"

namespace settings::daemon {
namespace {

constexpr store::Stretch one_write{64, 65'536};
constexpr std::size_t ready_entries = 512;
constexpr std::size_t ready_bytes = 1'048'576;
constexpr std::size_t ready_paths = 16;  ///< for so many an entry is kept rendered

std::string render(store::JournalEntry const& entry, ChangeSet const& changes) {
    auto const data =
        entry_json(entry, changes).dump(-1, ' ', false, Json::error_handler_t::replace);
    return ipc::event_frame("change", entry.revision, data);
}

/// The changes of an entry that concern the path, as an event; null when none does.
std::shared_ptr<std::string const> frame_about(store::JournalEntry const& entry,
                                               std::string const& path) {
    auto const changes = path.empty() ? entry.changes : excerpt(entry.changes, path);
    if (changes.empty() && !path.empty()) return nullptr;
    return std::make_shared<std::string const>(render(entry, changes));
}

void add(ipc::Events& events, Revision revision, std::shared_ptr<std::string const> frame) {
    events.cursor = revision;
    if (frame) events.frames.push_back(std::move(frame));
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

ipc::Events Feed::after(Revision cursor, std::string const& path) {
    if (cursor == view_.revision()) return {{}, cursor};
    if (cursor > view_.revision()) return reset();
    try {
        return read(cursor, path);
    } catch (store::SqliteError const&) {
        // An entry that cannot be read now cannot be read the next time.
        return reset();
    }
}

ipc::Events Feed::read(Revision cursor, std::string const& path) {
    catch_up(cursor);
    return covers(cursor) ? from_ready(cursor, path) : from_journal(cursor, path);
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
Feed::Frame Feed::frame_of(Ready& ready, std::string const& path) {
    if (auto const known = ready.frames.find(path); known != ready.frames.end())
        return known->second;
    auto frame = frame_about(ready.entry, path);
    if (ready.frames.size() < ready_paths) ready.frames.emplace(path, frame);
    return frame;
}

bool Feed::covers(Revision cursor) const {
    return !ready_.empty() && ready_.front().entry.revision <= cursor + 1 &&
           ready_.back().entry.revision > cursor;
}

ipc::Events Feed::from_ready(Revision cursor, std::string const& path) {
    ipc::Events events{{}, cursor};
    auto next = ready_.begin() + (cursor + 1 - ready_.front().entry.revision);
    std::size_t bytes = 0;
    for (std::size_t looked_at = 0;
         next != ready_.end() && looked_at < one_write.entries && bytes < one_write.bytes;
         ++next, ++looked_at) {
        bytes += next->entry.bytes;
        add(events, next->entry.revision, frame_of(*next, path));
    }
    return events;
}

ipc::Events Feed::from_journal(Revision cursor, std::string const& path) {
    auto const entries = reader_.journal().after(cursor, view_.revision(), one_write);
    // Revisions have no gaps: one that is missing was pruned.
    if (entries.empty() || entries.front().revision != cursor + 1) return reset();
    ipc::Events events{{}, cursor};
    for (auto const& entry : entries) add(events, entry.revision, frame_about(entry, path));
    return events;
}

/// The whole document as it is now, for a watcher whom the history has left behind.
ipc::Events Feed::reset() {
    if (reset_revision_ != view_.revision()) {
        reset_revision_ = view_.revision();
        auto data = R"({"revision":)" + std::to_string(reset_revision_) + R"(,"settings":)";
        view_.append_to(data);
        data += '}';
        reset_ =
            std::make_shared<std::string const>(ipc::event_frame("reset", reset_revision_, data));
    }
    return {{reset_}, reset_revision_};
}

}  // namespace settings::daemon
