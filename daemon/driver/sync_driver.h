#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <functional>
#include <memory>
#include <string>

#include "daemon/host/boot_timer.h"
#include "daemon/host/daemon_clock.h"
#include "daemon/host/network.h"
#include "loop/signal.h"
#include "store/writer.h"
#include "sync/account/account.h"
#include "sync/engine/engine.h"
#include "sync/remote/https_remote.h"

namespace settings::daemon {

/// Performs the engine's effects, one after the other, and feeds it what came of them. Decides
/// nothing. For the loop's thread.
class SyncDriver {
  public:
    /// `memory` is what a former process had the store remember.
    SyncDriver(boost::asio::any_io_executor const& executor, store::Writer& writer,
               sync::Account& account, DaemonClock clock, std::unique_ptr<sync::HttpsRemote> remote,
               sync::Options options, sync::Memory const& memory);

    /// Runs until the loop stops.
    [[nodiscard]] boost::asio::awaitable<void> run();

    /// Lets run() return after the effect in hand, and tells who waits for progress.
    void stop();
    [[nodiscard]] bool is_stopping() const { return stopping_; }

    // Hints, passed on to the engine.
    void edited();
    void look_at_token();  ///< tells the engine if it is another one
    /// `has_network`: a route to any other machine; nothing when that cannot be seen.
    void network_changed(NetworkChange change, std::optional<bool> has_network);
    void woke_up();  ///< the machine, from its sleep
    void sync_now();
    void decide(Verdict verdict);
    void pause();
    void resume();

    /// Takes effect with the next decision and the next connection.
    void configure(std::unique_ptr<sync::HttpsRemote> remote, sync::Options options);

    [[nodiscard]] sync::Engine const& engine() const { return engine_; }
    [[nodiscard]] Time now() const { return clock_.now(); }

    /// How far the server's clock is ahead of ours, by its last answer.
    [[nodiscard]] std::optional<std::chrono::seconds> clock_skew() const { return clock_skew_; }

    /// What must outlive the process, as text for the store.
    [[nodiscard]] std::string memory() const { return memory_text(engine_.memory()); }

    /// Notified after each step, and when a hint changed what is waited for.
    [[nodiscard]] loop::Signal& progress() { return progress_; }

  private:
    using Events = boost::asio::awaitable<sync::Event>;

    [[nodiscard]] boost::asio::awaitable<void> rest();
    [[nodiscard]] bool has_way() const;
    void look_for_way(bool gained);
    void take_next_remote();
    void disconnect();
    void note_clock();
    void hint(std::function<void(Time)> const& tell);
    [[nodiscard]] std::string memory_text(sync::Memory memory) const;

    [[nodiscard]] Events perform(sync::Remember effect);
    [[nodiscard]] Events perform(sync::Renew);
    [[nodiscard]] Events perform(sync::Fetch);
    [[nodiscard]] Events perform(sync::Reconcile effect);
    [[nodiscard]] Events perform(sync::Freeze effect);
    [[nodiscard]] Events perform(sync::Put const& effect);
    [[nodiscard]] Events perform(sync::Delete effect);
    [[nodiscard]] Events perform(sync::Settle effect);
    [[nodiscard]] Events perform(sync::Reject effect);

    [[nodiscard]] boost::asio::awaitable<sync::HttpsRemote::Outcome> call(sync::Request request);
    void note_skew(sync::HttpsRemote::Outcome const& outcome);
    [[nodiscard]] Events deliver(sync::Request request);
    [[nodiscard]] sync::Event failed(sync::Failure failure) const;
    [[nodiscard]] sync::Event failed(Error const& error) const;

    store::Writer& writer_;
    sync::Account& account_;
    DaemonClock clock_;
    std::unique_ptr<sync::HttpsRemote> remote_;
    std::unique_ptr<sync::HttpsRemote> next_remote_;  ///< after a reload, once no call is under way
    std::optional<bool> has_network_;                 ///< a route to any other machine
    std::uint64_t token_ = 0;  ///< generation of the one that the last request was made with
    std::string secret_;       ///< that token
    std::optional<std::chrono::seconds> clock_skew_;
    sync::Engine engine_;
    BootTimer timer_;
    std::optional<Time> waiting_until_;
    loop::Signal progress_;
    bool stopping_ = false;
};

}  // namespace settings::daemon
