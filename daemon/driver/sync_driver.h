#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>

#include "daemon/driver/sync_controls.h"
#include "daemon/driver/sync_progress.h"
#include "daemon/driver/way.h"
#include "daemon/host/boot_timer.h"
#include "daemon/host/daemon_clock.h"
#include "daemon/host/network.h"
#include "loop/signal.h"
#include "loop/worker.h"
#include "store/writer.h"
#include "sync/account/account.h"
#include "sync/engine/engine.h"
#include "sync/remote/remote.h"

namespace settings::daemon {

/// Performs the engine's effects, one after the other, and feeds it what came of them. Decides
/// nothing. Large documents are read and written by the worker. For the loop's thread.
class SyncDriver final : public SyncProgress, public SyncControls {
  public:
    /// Hears of each look at the account's document, whether it was answered with that.
    using Looked = std::function<void(bool succeeded)>;

    /// `memory` is what a former process had the store remember.
    SyncDriver(
        boost::asio::any_io_executor const& executor, loop::Worker& worker, store::Writer& writer,
        sync::Account& account, DaemonClock clock, std::unique_ptr<sync::Remote> remote,
        sync::Options options, sync::Memory const& memory, Looked looked = [](bool) {});

    /// Runs until the loop stops.
    [[nodiscard]] boost::asio::awaitable<void> run();

    /// Lets run() return after the effect in hand, and tells who waits for progress.
    void stop();

    // Hints, passed on to the engine.
    void edited(std::vector<std::string> const& keys);
    void look_at_token();  ///< tells the engine if there is another token
    /// A person logged in, and said what to do if the account's document is not ours yet.
    void logged_in(std::optional<Meeting> meeting);
    /// `has_network`: a route to any other machine; nothing when that cannot be seen.
    void network_changed(NetworkChange change, std::optional<bool> has_network);
    void woke_up();  ///< the machine woke from its sleep

    void sync_now() override;
    void decide(Verdict verdict) override;
    void decided(std::optional<MassChange> rest) override;
    void decide(Meeting meeting, Exceptions exceptions) override;
    void pause() override;
    void resume() override;
    [[nodiscard]] std::string memory() const override;

    /// Takes effect with the next decision and the next connection.
    void configure(std::unique_ptr<sync::Remote> remote, sync::Options options);

    [[nodiscard]] sync::Posture const& posture() const override { return engine_.posture(); }
    [[nodiscard]] sync::Report report() const override { return engine_.report(); }
    [[nodiscard]] Time now() const override { return clock_.now(); }
    [[nodiscard]] std::optional<std::chrono::seconds> clock_skew() const override {
        return clock_skew_;
    }
    [[nodiscard]] bool is_stopping() const override { return stopping_; }
    [[nodiscard]] loop::Signal& progress() override { return progress_; }

  private:
    using Answered = boost::asio::awaitable<sync::Event>;

    [[nodiscard]] boost::asio::awaitable<void> rest();
    void look_at_way();
    void tell_of_way();
    void take_next_remote();
    void disconnect();
    void keep_memory();
    void hint(auto const& tell);

    [[nodiscard]] Answered perform(sync::StoreEffect effect);
    [[nodiscard]] Answered perform(sync::WireEffect effect);
    [[nodiscard]] Answered perform(sync::Renew);

    [[nodiscard]] Answered ask(sync::WireEffect const& effect);

    /// What came of a request, and the token that it was sent with.
    struct Asked {
        sync::Remote::Outcome outcome;
        std::uint64_t generation = 0;  ///< generation of that token; 0 when there was none
        Owner owner;                   ///< whose that token is, and at which server
    };
    [[nodiscard]] boost::asio::awaitable<Asked> call(sync::WireEffect const& effect);
    [[nodiscard]] std::optional<sync::Failure> refuse_after_logout();
    [[nodiscard]] Owner owner_of(Owner::Names names);
    void note_skew(sync::Remote::Outcome const& outcome);

    loop::Worker& worker_;
    store::Writer& writer_;
    sync::Account& account_;
    DaemonClock clock_;
    Way way_;
    std::optional<std::chrono::seconds> clock_skew_;
    sync::Engine engine_;
    Looked looked_;
    BootTimer timer_;
    std::optional<Time> waiting_until_;
    loop::Signal progress_;
    bool stopping_ = false;
};

}  // namespace settings::daemon
