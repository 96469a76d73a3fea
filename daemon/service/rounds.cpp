#include "daemon/service/rounds.h"

#include "ipc/reply.h"

namespace settings::daemon {

namespace asio = boost::asio;

Rounds::Rounds(store::Reader& reader, SyncProgress& sync, SyncControls& controls,
               Overview& overview)
    : reader_{reader}, sync_{sync}, controls_{controls}, overview_{overview} {}

asio::awaitable<ipc::Reply> Rounds::sync_now(ipc::SyncNow asked,
                                             std::shared_ptr<loop::Departure> departure) {
    auto const deadline = loop::Signal::Clock::now() + asked.wait;
    auto const revision = overview_.now().revision;
    auto const round = sync_.report().rounds_begun;
    controls_.sync_now();
    bool still_waiting = true;
    while (still_waiting && !is_synced(revision, round) && goes_on_by_itself(sync_))
        still_waiting = co_await loop::Departure::wait_until(departure, sync_.progress(), deadline);

    auto const& after = overview_.now();
    bool const is_seen = after.report.lagging == 0;
    bool const synced = is_synced(revision, round) && is_seen && after.rejected.empty() &&
                        after.unreadable_edited.empty();
    co_return ipc::success({{"success", true},
                            {"synced", synced},
                            {"revision", revision},
                            {"conflicts", after.conflicts},
                            {"reason", synced ? "synced" : summary(after)}});
}

/// Whether a round that began after `round` left nothing behind of what there was at `revision`.
bool Rounds::is_synced(Revision revision, std::uint64_t round) {
    return sync_.report().last_clean_round > round && !reader_.is_pending(revision);
}

}  // namespace settings::daemon
