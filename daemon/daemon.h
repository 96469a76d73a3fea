#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/steady_timer.hpp>
#include <cstddef>
#include <functional>
#include <optional>
#include <string>

#include "daemon/config.h"
#include "daemon/driver/watchdog.h"
#include "daemon/host/file_watch.h"
#include "daemon/listener.h"
#include "daemon/publication.h"
#include "daemon/service/overview.h"
#include "daemon/service/service.h"
#include "daemon/storage.h"
#include "daemon/syncing.h"
#include "daemon/systemd.h"
#include "ipc/server.h"
#include "loop/worker.h"
#include "os/descriptor.h"
#include "os/held_signals.h"

namespace settings::daemon {

/// Reads the configuration anew for a reload. Throws ConfigError.
using Reload = std::function<Config()>;

/// The composition root: builds all parts, binds them, runs the loop, and takes it all down. Knows
/// everyone, decides nothing. Each member needs those before it.
class Daemon {
  public:
    /// Opens the store, and the socket unless there is one already, which it takes over once
    /// nothing stands in the way. Throws AlreadyRunning, ConfigError, or what the parts throw, with
    /// a sentence for the person who started it.
    Daemon(Config config, systemd::Sockets const& sockets, Reload reload);
    ~Daemon();

    /// Why run() returned.
    enum class End {
        told_to,       ///< by SIGTERM or SIGINT
        to_start_over  ///< the store has to be opened anew, by a start
    };

    /// Serves until SIGTERM or SIGINT, or until the store is found to be ruined, and until each
    /// commit in hand is answered. SIGHUP reloads. Throws when a part fails in a way that only a
    /// restart can mend.
    [[nodiscard]] End run();

    /// To go on with after a run that is to start over: where apps wait meanwhile.
    [[nodiscard]] os::Descriptor const& kept_socket() const { return kept_socket_; }
    /// Whether the daemon bound it, and not the service manager.
    [[nodiscard]] bool is_socket_own() const { return !listener_.is_passed(); }

  private:
    void spawn(boost::asio::awaitable<void> task);
    void publish(store::Commit const& commit);
    void reload();
    void tell_configuration(Config const& read);
    void start_over(std::string const& why);
    [[nodiscard]] boost::asio::awaitable<void> reload_when_told();
    [[nodiscard]] boost::asio::awaitable<void> end_when_told();
    [[nodiscard]] boost::asio::awaitable<void> stop();
    [[nodiscard]] boost::asio::awaitable<void> report_status();
    [[nodiscard]] boost::asio::awaitable<void> wait_for_disk();
    [[nodiscard]] std::string status_line();
    void look_at_files();
    void look_at_socket();

    os::HeldSignals ending_{SIGTERM, SIGINT};  ///< before there is any thread
    Config config_;                            ///< that of the start
    Reload reload_;
    std::size_t descriptors_;  ///< that this process may have; known before any is used
    boost::asio::io_context loop_{1};
    loop::Worker worker_{loop_.get_executor()};
    Storage storage_;
    Syncing syncing_;
    Overview overview_;
    Service service_;
    Listener listener_;
    Publication publication_;
    ipc::Server server_;
    FileWatch file_watch_;
    boost::asio::signal_set hangup_;
    boost::asio::posix::stream_descriptor told_to_end_;
    bool is_told_to_end_ = false;
    bool is_store_ruined_ = false;  ///< what is in memory may not be what a salvage finds
    bool is_stopping_ = false;
    os::Descriptor kept_socket_;  ///< open once all is to start over
    std::string socket_problem_;  ///< what was told of the socket last; empty when nothing is wrong
    boost::asio::steady_timer disk_timer_{loop_};
    std::optional<Watchdog> watchdog_;  ///< there when systemd asks to be fed
};

}  // namespace settings::daemon
