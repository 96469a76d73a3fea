#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "daemon/driver/sync_progress.h"
#include "daemon/service/status.h"
#include "store/reader.h"
#include "store/view.h"
#include "store/writer.h"

namespace settings::daemon {

/// Collects what the state of the sync is told from. For the loop's thread.
class Overview {
  public:
    using Identify = std::function<std::optional<sync::Identity>()>;

    Overview(store::View const& view, store::Reader& reader, store::Writer const& writer,
             SyncProgress const& sync, Identify identify, std::string server,
             std::string store_directory);

    /// As of now; good until the next call. Throws SqliteError.
    [[nodiscard]] SyncState const& now();

    /// The server's URL.
    [[nodiscard]] std::string const& server() const { return state_.server; }

    /// The state as of now, and whose the token is, which may take a look at files.
    [[nodiscard]] SyncState const& with_identity();

    /// The server's URL has changed.
    void set_server(std::string server) { state_.server = std::move(server); }

    /// Who besides the owner may use the socket, by name, and who may only look.
    void set_guests(std::vector<std::string> all, std::vector<std::string> readers) {
        state_.allow = std::move(all);
        state_.allow_read = std::move(readers);
    }

  private:
    void read_store();

    store::View const& view_;
    store::Reader& reader_;
    store::Writer const& writer_;
    SyncProgress const& sync_;
    Identify identify_;
    SyncState state_;
    std::optional<std::int64_t> read_version_;  ///< the store's version that state_ tells of
};

}  // namespace settings::daemon
