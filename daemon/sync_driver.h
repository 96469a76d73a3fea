#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <memory>
#include <string>

#include "daemon/boot_timer.h"
#include "ipc/signal.h"
#include "store/writer.h"
#include "sync/account.h"
#include "sync/engine.h"
#include "sync/https_remote.h"

namespace settings::daemon {

/// Performs the engine's effects, one after the other, and feeds it what came of them. Decides
/// nothing. For the loop's thread.
class SyncDriver {
  public:
    SyncDriver(boost::asio::any_io_executor const& executor, store::Writer& writer,
               sync::Account& account, sync::HttpsRemote::Options remote,
               sync::Engine::Options options);

    /// Runs until the loop stops.
    [[nodiscard]] boost::asio::awaitable<void> run();

    /// Lets run() return after the effect in hand.
    void stop();

    // Hints, passed on to the engine.
    void edited();
    void look_at_token();  ///< tells the engine if it is another one
    void sync_now();

    /// Takes effect with the next decision and the next connection.
    void configure(sync::HttpsRemote::Options remote, sync::Engine::Options options);

    [[nodiscard]] sync::Engine const& engine() const { return engine_; }

    /// Notified after each step.
    [[nodiscard]] ipc::Signal& progress() { return progress_; }

  private:
    using Events = boost::asio::awaitable<sync::Event>;

    [[nodiscard]] boost::asio::awaitable<void> rest();
    void hint(void (sync::Engine::*kind)(sync::Time));
    [[nodiscard]] std::string token_or_error();

    [[nodiscard]] Events perform(sync::Fetch effect);
    [[nodiscard]] Events perform(sync::Reconcile effect);
    [[nodiscard]] Events perform(sync::Freeze effect);
    [[nodiscard]] Events perform(sync::Put const& effect);
    [[nodiscard]] Events perform(sync::Delete effect);
    [[nodiscard]] Events perform(sync::Settle effect);
    [[nodiscard]] Events perform(sync::Reject effect);

    [[nodiscard]] boost::asio::awaitable<sync::HttpsRemote::Outcome> call(sync::Request request);
    [[nodiscard]] Events deliver(sync::Request request);

    boost::asio::any_io_executor executor_;
    store::Writer& writer_;
    sync::Account& account_;
    std::unique_ptr<sync::HttpsRemote> remote_;
    std::unique_ptr<sync::HttpsRemote> next_remote_;  ///< after a reload, once no call is under way
    sync::Engine engine_;
    BootTimer timer_;
    std::optional<sync::Time> waiting_until_;
    ipc::Signal progress_;
    std::string token_;  ///< at the last look, to tell a new one
    bool stopping_ = false;
};

}  // namespace settings::daemon
