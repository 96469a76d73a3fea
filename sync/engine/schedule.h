#pragma once

#include <optional>

#include "model/batch.h"
#include "sync/engine/backoff.h"
#include "sync/engine/budget.h"
#include "sync/engine/fault.h"
#include "sync/engine/memory.h"
#include "sync/engine/posture.h"

namespace settings::sync {

/// What a user can set about syncing.
struct Options {
    Time debounce = std::chrono::seconds{2};        ///< of silence after the last edit
    Time debounce_cap = std::chrono::seconds{10};   ///< from the first edit
    Time look_every = std::chrono::minutes{30};     ///< for remote changes; ± a sixth at random
    Time budget_interval = Budget::usual_interval;  ///< until one more request may be made
    Backoff::Options backoff;
    Winner winner = Winner::local;  ///< when two devices changed the same leaf
};

/// Decides when: the debounce of edits, the backoff, the budget, the breaker, the server's own
/// wishes, and the looks at the server. Pure; all times are on the daemon's clock.
///
/// The breaker opens after six rounds in a row that failed by the server's fault. While it is open
/// only the backoff's own waits lead to a probe: a network that comes back proves nothing about
/// the server, so it shortens nothing.
class Schedule {
  public:
    Schedule(Options options, std::uint32_t seed, Memory const& memory, Time now);

    void configure(Options options);

    // What happened.

    void edited(Time now);                     ///< a setting that the server does not have yet
    void collected() { first_edit_.reset(); }  ///< the edits so far are in the round's batch
    void told_to_wait(Time least, Time now);   ///< by the server: Retry-After
    void network(bool is_up) { online_ = is_up; }

    // When to go on.

    /// After a start: at once, but no earlier than before the stop.
    [[nodiscard]] Resting start(Time now) const;
    /// After a round that left nothing behind, but for what the backlog says.
    [[nodiscard]] Resting after_success(Backlog const& backlog, Time now);
    [[nodiscard]] Resting after_failure(Fault fault, Time now);
    /// After a failure of a round that a person asked for anew meanwhile.
    [[nodiscard]] Resting asked(Time now) const;
    /// Where only another's deed helps, and a look from time to time: login, review or stopped.
    [[nodiscard]] Resting look_later(Rest why, Time now);
    /// What keeps a round from beginning now. A person's wish overrules that there is no route,
    /// and so does the end of such a rest: what tells of routes may be wrong.
    [[nodiscard]] std::optional<Resting> obstacle(bool may_be_offline, Time now);

    // Where hints move a rest that is under way.

    [[nodiscard]] Resting after_edit(Resting resting, Time now) const;
    /// The network came back, or the machine woke up: in 1 to 4 s at random.
    [[nodiscard]] Resting hastened(Resting resting, Time now);

    /// Pays for a round's first request. Only when there is no obstacle().
    void pay_for_round(Time now);
    /// Pays for one more; false when the budget is used up (see out_of_budget()).
    [[nodiscard]] bool pay(Time now) { return budget_.spend(1, now); }
    [[nodiscard]] Resting out_of_budget(Time now) const;

    [[nodiscard]] bool may_ask(Time now) const { return now >= not_before_; }
    [[nodiscard]] bool is_failing() const { return failures() > 0; }
    [[nodiscard]] bool is_breaker_open() const;
    [[nodiscard]] bool is_online() const { return online_; }
    [[nodiscard]] unsigned failures() const { return backoff_.failures(); }

    /// Notes what must outlive the process.
    void note(Memory& memory) const;

  private:
    [[nodiscard]] Time debounced(Time now) const;
    [[nodiscard]] unsigned cost_of_round() const;

    Options options_;
    Backoff backoff_;
    Budget budget_;
    unsigned server_failures_;
    Time backoff_until_;
    Time not_before_;  ///< the server asked for this much patience
    bool online_ = true;

    // Edits since the last collected().
    std::optional<Time> first_edit_;
    Time last_edit_{};
};

}  // namespace settings::sync
