#include "daemon/service/overview.h"

#include <utility>

#include "store/wall_clock.h"

namespace settings::daemon {

Overview::Overview(store::View const& view, store::Reader& reader, SyncProgress const& sync,
                   std::string server, std::string store_directory)
    : view_{view},
      reader_{reader},
      sync_{sync},
      server_{std::move(server)},
      store_directory_{std::move(store_directory)} {}

SyncState Overview::now() {
    SyncState state;
    state.posture = sync_.posture();
    state.report = sync_.report();
    state.moment = {sync_.now(), store::unix_milliseconds()};
    state.revision = view_.revision();
    state.pending = reader_.pending();
    state.rejected = reader_.rejected();
    state.unreadable = reader_.unreadable();
    state.is_unreadable_edited = reader_.is_unreadable_edited();
    state.conflicts = reader_.count_conflicts();
    state.notice = reader_.notice();
    state.server = server_;
    state.store_directory = store_directory_;
    state.clock_skew = sync_.clock_skew();
    return state;
}

}  // namespace settings::daemon
