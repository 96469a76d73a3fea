#include "daemon/service/overview.h"

#include <utility>

#include "store/wall_clock.h"

namespace settings::daemon {
namespace {

constexpr std::size_t pending_keys_told = 5;

}  // namespace

Overview::Overview(store::View const& view, store::Reader& reader, store::Writer const& writer,
                   SyncProgress const& sync, Identify identify, std::string server,
                   std::string store_directory)
    : view_{view}, reader_{reader}, writer_{writer}, sync_{sync}, identify_{std::move(identify)} {
    state_.server = std::move(server);
    state_.store_directory = std::move(store_directory);
}

SyncState const& Overview::now() {
    state_.report = sync_.report();
    state_.explanation = sync::explain(sync_.posture(), state_.report);
    state_.moment = {sync_.now(), store::unix_milliseconds()};
    state_.revision = view_.revision();
    state_.clock_skew = sync_.clock_skew();
    state_.store_failures = writer_.failures();
    read_store();
    return state_;
}

SyncState const& Overview::with_identity() {
    state_.identity = identify_();
    return now();
}

/// To count the pending keys takes as long as there are many. Whoever waits for a receipt asks
/// again and again, so the store is read once after each change of it.
void Overview::read_store() {
    auto const version = reader_.version();
    if (read_version_ == version) return;
    read_version_.reset();
    state_.pending = reader_.pending();
    state_.pending_keys = reader_.pending_keys(pending_keys_told);
    state_.rejected = reader_.rejected();
    state_.unreadable = reader_.unreadable();
    state_.unreadable_edited = reader_.unreadable_edited();
    state_.conflicts = reader_.count_conflicts();
    state_.notice = reader_.notice();
    read_version_ = version;
}

}  // namespace settings::daemon
