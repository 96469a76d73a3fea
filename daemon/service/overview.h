#pragma once

#include <string>

#include "daemon/driver/sync_progress.h"
#include "daemon/service/status.h"
#include "store/reader.h"
#include "store/view.h"

namespace settings::daemon {

/// Collects what the state of the sync is told from. For the loop's thread.
class Overview {
  public:
    Overview(store::View const& view, store::Reader& reader, SyncProgress const& sync,
             std::string server, std::string store_directory);

    /// As of now. Throws SqliteError.
    [[nodiscard]] SyncState now();

    /// The server's URL has changed.
    void set_server(std::string server) { server_ = std::move(server); }

  private:
    store::View const& view_;
    store::Reader& reader_;
    SyncProgress const& sync_;
    std::string server_;
    std::string store_directory_;
};

}  // namespace settings::daemon
