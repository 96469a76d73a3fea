#include "daemon/service/overview.h"

#include <utility>

#include "model/examples.h"
#include "model/path.h"
#include "store/wall_clock.h"

namespace settings::daemon {
namespace {

constexpr std::size_t pending_keys_told = 5;
constexpr std::size_t small_bytes = 4'096;  ///< a value that is parsed while all others wait

/// A document that is held was compared with our settings when it came, and apps may have edited
/// those since. Leaves of large values stay as they were then.
void bring_up_to_date(auto& held, store::View const& view) {
    if (!held) return;
    for (auto& example : held->examples) {
        auto const key = view.texts().find(example.path.front());
        if (key != view.texts().end() && key->second->size() > small_bytes) continue;
        auto value = view.find(pointer(example.path));
        example.ours = value ? if_short(*std::move(value)) : std::nullopt;
    }
}

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
    bring_up_to_date(state_.report.encounter, view_);
    bring_up_to_date(state_.report.in_review, view_);
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
