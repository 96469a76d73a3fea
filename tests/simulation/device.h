#pragma once

#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "sync/engine/engine.h"
#include "tests/simulation/disk.h"
#include "tests/simulation/network.h"
#include "tests/simulation/wallet.h"

namespace settings::simulation {

class Oracle;

/// One workstation: its clocks, its disk, and the daemon on it, which crashes at every step and is
/// started again. Performs the engine's effects as the daemon's driver does, and decides nothing.
class Device {
  public:
    Device(std::size_t number, World& world, Server& server, Network& network, Oracle& oracle,
           Climate const& climate);

    // What befalls it.

    void start();                 ///< the daemon, unless it runs or the machine does not
    void crash(char const* why);  ///< the daemon; it is started again soon
    void suspend();
    void resume();
    void reboot(Time off_for);
    void power_on();
    void step_clock(Time by);  ///< the wall clock
    void set_link(Network::Link link);
    void fill_disk(bool is_full);

    // What apps and people do. Only while it is_up().

    bool edit(Edit const& edit);  ///< returns whether it was acknowledged
    void sync_now();
    void pause();
    void unpause();
    void decide(Verdict verdict);
    void decide(Verdict verdict, std::vector<std::string> const& keys);  ///< and the rest waits
    void log_in(Login login = Login::home);
    void resolve_conflict(std::int64_t id, bool restore);
    void retry_rejected();
    void discard_rejected(std::string const& key);

    [[nodiscard]] bool is_up() const { return engine_ && !is_asleep_; }
    [[nodiscard]] bool is_asleep() const { return is_asleep_; }
    [[nodiscard]] bool is_paused() const {
        return std::holds_alternative<sync::Paused>(engine_->posture());
    }
    [[nodiscard]] bool is_performing() const { return step_.has_value(); }
    [[nodiscard]] std::size_t number() const { return number_; }
    [[nodiscard]] std::string const& name() const { return name_; }
    [[nodiscard]] sync::Engine const& engine() const { return *engine_; }
    [[nodiscard]] Disk& disk() { return disk_; }
    [[nodiscard]] Wallet const& wallet() const { return wallet_; }
    [[nodiscard]] store::View const& view() const { return view_; }
    [[nodiscard]] Time clock() const;  ///< the daemon's

    /// Generations of tokens that the server refused: of a call, and of the renewal itself.
    [[nodiscard]] std::uint64_t refused_token() const { return refused_token_; }
    [[nodiscard]] std::uint64_t refused_renewal() const { return refused_renewal_; }

    /// Version of the server's document that it read last.
    [[nodiscard]] std::uint64_t read_version() const { return read_; }

    /// When something last went wrong here, so that promptness cannot be expected.
    [[nodiscard]] Time troubled_at() const { return troubled_at_; }
    [[nodiscard]] Time edited_at() const { return edited_at_; }

    /// Is called at each step of a round, when it is most awkward.
    void at_each_step(std::function<void()> deed) { at_each_step_ = std::move(deed); }

    /// No more crashes between steps.
    void calm_down() { faulty_ = false; }

  private:
    /// An effect, by who carries it out: the disk, the server, or the account's server.
    using Step = std::variant<sync::StoreEffect, sync::WireEffect, sync::Renew>;

    void feed(sync::Event event);
    void begin(sync::Effect effect);
    void arm();
    void settle_down();
    void store();
    [[nodiscard]] sync::Event perform(sync::StoreEffect const& effect);

    /// Commits `work`, which keeps the text of the engine's memory; or crashes within it.
    bool write(std::function<void(store::Ledger&, std::string const& memory)> const& work);
    void note_memory();
    void publish();
    void act(std::function<void(store::Ledger&)> const& work);

    void request();
    void refuse(sync::Failure stranger);
    [[nodiscard]] Call next_call() const;
    void answered(Reply reply, std::uint64_t generation);
    [[nodiscard]] sync::Event read(sync::Answer const& answer);
    [[nodiscard]] sync::Event renewed(sync::Answer const& answer);
    void hint(std::function<void(sync::Engine&)> const& kind);

    [[nodiscard]] bool is_requesting() const {
        return !std::holds_alternative<sync::StoreEffect>(*step_);
    }
    [[nodiscard]] bool is_renewing() const { return std::holds_alternative<sync::Renew>(*step_); }
    [[nodiscard]] bool crashes_here();
    [[nodiscard]] std::string boot_id() const { return "boot-" + std::to_string(boots_); }
    [[nodiscard]] Time since_boot() const { return world_.now() - booted_at_; }
    [[nodiscard]] Time wall() const { return world_.now() + wall_offset_; }

    std::size_t number_;
    std::string name_;
    World& world_;
    Server& server_;
    Network& network_;
    Oracle& oracle_;
    Climate const& climate_;

    // The machine.
    Time booted_at_{0};
    unsigned boots_ = 1;
    Time wall_offset_{0};
    bool is_asleep_ = false;
    bool is_off_ = false;
    Disk disk_;
    Wallet wallet_;

    // The daemon.
    std::optional<sync::Engine> engine_;
    store::View view_;
    Time clock_offset_{0};
    std::uint64_t incarnation_ = 0;  ///< changes with each start, crash and effect, so that
                                     ///< what comes late finds nobody
    std::optional<Step> step_;       ///< the effect that is being performed
    std::uint64_t timer_ = 0;
    std::optional<Time> armed_for_;  ///< true time
    Owner asked_as_;                 ///< whose token the last answer was given to
    std::uint64_t read_ = 0;         ///< version of the server's document that it read last

    std::uint64_t refused_token_ = 0;
    std::uint64_t refused_renewal_ = 0;
    Time troubled_at_{0};
    Time edited_at_{0};
    bool faulty_ = true;
    std::function<void()> at_each_step_;
};

/// A posture in a few words.
[[nodiscard]] std::string describe(sync::Posture const& posture, Time clock);

}  // namespace settings::simulation
