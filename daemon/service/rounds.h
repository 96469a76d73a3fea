#pragma once

#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <memory>

#include "daemon/driver/sync_controls.h"
#include "daemon/driver/sync_progress.h"
#include "daemon/service/overview.h"
#include "ipc/command.h"
#include "store/reader.h"

namespace settings::daemon {

/// Answers a person who wants a round of sync now, and may wait for what comes of it. For the
/// loop's thread. Throws SqliteError.
class Rounds {
  public:
    Rounds(store::Reader& reader, SyncProgress& sync, SyncControls& controls, Overview& overview);

    /// Tells of the settings as they are now, whatever is edited meanwhile, and of a round that
    /// begins after now. `departure` is the person's, and ends the wait.
    [[nodiscard]] boost::asio::awaitable<ipc::Reply> sync_now(
        ipc::SyncNow asked, std::shared_ptr<loop::Departure> departure = {});

  private:
    [[nodiscard]] bool is_synced(Revision revision, std::uint64_t round);

    store::Reader& reader_;
    SyncProgress& sync_;
    SyncControls& controls_;
    Overview& overview_;
};

}  // namespace settings::daemon
