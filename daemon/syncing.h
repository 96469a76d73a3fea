#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <memory>
#include <vector>

#include "daemon/config.h"
#include "daemon/driver/organization.h"
#include "daemon/driver/sync_driver.h"
#include "daemon/driver/walker.h"
#include "daemon/host/daemon_clock.h"
#include "daemon/host/network_watch.h"
#include "daemon/host/resume_watch.h"
#include "daemon/storage.h"
#include "loop/worker.h"
#include "sync/account/account.h"
#include "sync/remote/https_remote.h"

namespace settings::daemon {

/// Where a token may be put for the daemon.
[[nodiscard]] std::vector<sync::TokenFile> token_files(Config const& config);

/// The sync, and what gives it hints. Each member needs those before it. For the loop's thread.
struct Syncing {
    Syncing(boost::asio::any_io_executor const& executor, loop::Worker& worker,
            Config const& config, Storage& storage);
    Syncing(Syncing const&) = delete;
    Syncing& operator=(Syncing const&) = delete;

    /// Takes over what another configuration says of the server and of the sync.
    void configure(Config const& config);

    /// Lets the driver and a token command end.
    void stop();

    DaemonClock const clock;
    sync::Account account;
    Organization organization;
    SyncDriver driver;
    Walker walker;
    NetworkWatch network_watch;
    ResumeWatch resume_watch;

  private:
    Syncing(boost::asio::any_io_executor const& executor, loop::Worker& worker,
            Config const& config, Storage& storage, sync::Memory const& memory,
            sync::HttpsRemote const& server);

    boost::asio::any_io_executor executor_;
    std::unique_ptr<sync::HttpsRemote> server_;  ///< its siblings make the requests
};

}  // namespace settings::daemon
