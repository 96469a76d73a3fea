#pragma once

#include <boost/asio/io_context.hpp>
#include <boost/asio/signal_set.hpp>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "daemon/config.h"
#include "daemon/driver/sync_driver.h"
#include "daemon/driver/watchdog.h"
#include "daemon/host/network_watch.h"
#include "daemon/host/resume_watch.h"
#include "daemon/host/token_watch.h"
#include "daemon/service/service.h"
#include "ipc/server.h"
#include "store/lock.h"
#include "store/reader.h"
#include "store/view.h"
#include "store/writer.h"
#include "sync/account/account.h"

namespace settings::daemon {

/// Another daemon holds the store.
class AlreadyRunning : public std::runtime_error {
  public:
    using std::runtime_error::runtime_error;
};

/// Reads the configuration anew for a reload. Throws ConfigError.
using Reload = std::function<Config()>;

/// The composition root: builds all parts, binds them, runs the loop, and takes it all down.
/// Knows everyone, decides nothing.
class Daemon {
  public:
    /// Opens the store, and the socket unless one was `passed` in, which it takes over once nothing
    /// stands in the way. Throws AlreadyRunning, ConfigError, or what the parts throw, with a
    /// sentence for the person who started it.
    Daemon(Config config, std::vector<int> const& passed, Reload reload);
    ~Daemon();

    /// Serves until SIGTERM or SIGINT, and until each commit in hand is answered. SIGHUP reloads.
    /// Throws when a part fails in a way that only a restart can mend.
    void run();

  private:
    void spawn(boost::asio::awaitable<void> task);
    void start_syncing();
    void publish(store::Commit const& commit);
    void reload();
    [[nodiscard]] boost::asio::awaitable<void> serve_signals();
    [[nodiscard]] boost::asio::awaitable<void> report_status();
    [[nodiscard]] std::string status_line();

    Config config_;
    Reload reload_;
    boost::asio::io_context loop_{1};
    std::optional<store::Lock> lock_;
    store::View view_;
    std::optional<store::Writer> writer_;
    std::optional<store::Reader> reader_;
    std::optional<sync::Account> account_;
    std::optional<SyncDriver> driver_;
    std::optional<NetworkWatch> network_watch_;
    std::optional<ResumeWatch> resume_watch_;
    std::optional<TokenWatch> token_watch_;
    std::optional<Watchdog> watchdog_;
    std::optional<Overview> overview_;
    std::optional<Service> service_;
    std::optional<ipc::Server> server_;
    boost::asio::signal_set signals_;
};

}  // namespace settings::daemon
