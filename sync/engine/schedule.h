#pragma once

#include <cstdint>
#include <optional>

#include "model/exchange.h"
#include "sync/engine/backoff.h"
#include "sync/engine/budget.h"
#include "sync/engine/dice.h"
#include "sync/engine/fault.h"
#include "sync/engine/memory.h"
#include "sync/engine/rest.h"

namespace settings::sync {

/// What a user can set about syncing.
struct Options {
    Time debounce = std::chrono::seconds{2};        ///< silence after the last edit
    Time debounce_cap = std::chrono::seconds{10};   ///< longest wait after the first edit
    Time look_every = std::chrono::minutes{30};     ///< between remote looks; ± a sixth at random
    Time look_soonest = std::chrono::minutes{1};    ///< the same, right after a change
    Time budget_interval = Budget::usual_interval;  ///< time until one more request may be made
    Backoff::Options backoff;
    Time lag = usual_lag;           ///< how far a look may lag behind what the server accepted
    Winner winner = Winner::local;  ///< whose value stays where two devices changed one leaf
    bool holds_removals = true;     ///< a document that lost much waits for a person
};

/// Decides when the next round begins, by the debounce of edits, the backoff, the budget, the
/// breaker, the server's own wishes, and the looks at the server. Pure; all times are on the
/// daemon's clock.
///
/// A fleet of these is gentle with a server that failed them all at once. A device that nobody
/// waits for keeps the pace of its looks through a failure. The others come back by their own
/// backoff, whose bound grows with the outage, and a time that the server names is no appointment:
/// all get some more, each another part (docs/fleet.md).
///
/// Where a change was, here or elsewhere, another one is near: looks come 1, 2, 4, 8 and 16 minutes
/// after it, and then at the pace of all others. So two machines that are used in turn see each
/// other soon, and one that is left alone makes no more requests than before.
///
/// The breaker opens after six rounds in a row that failed by the server's fault. While the breaker
/// is open only the backoff's own waits lead to a probe: a network that comes back proves nothing
/// about the server, and shortens no wait.
class Schedule {
  public:
    Schedule(Options options, std::uint32_t seed, Memory const& memory, Time now);

    void configure(Options options);

    // What happened.

    void edited(Time now);                     ///< an app changed a setting
    void looked(bool has_changed, Time now);   ///< whether others had changed something
    void awaited() { is_awaited_ = true; }     ///< somebody waits for the next round
    void collected() { first_edit_.reset(); }  ///< the round's next batch has all edits so far
    void told_to_wait(Time least, Time now);   ///< the server answered with a Retry-After
    /// A person wants a sync. The second wish in such a wait gets a probe, and so does a later one
    /// when minutes have passed since: the server asked for patience.
    void asked(Time now);
    void probe() { is_probing_ = true; }  ///< the next round may begin in spite of such a wait
    void served(Time now);                ///< a look was answered: ends the wait that was probed
    void network(bool is_up) { online_ = is_up; }

    // When to go on.

    /// The first rest of a process: the waits of the process before it go on.
    [[nodiscard]] Resting start(Time now) const;
    /// The rest after a round that left nothing behind, but for what the backlog says. `why` is
    /// idle, or review when a document is held: then a person is waited for, whenever the next look
    /// is.
    [[nodiscard]] Resting after_success(Backlog const& backlog, Time now, Rest why = Rest::idle);
    /// The rest after a round that failed; counts the failure.
    [[nodiscard]] Resting after_failure(Failure const& failure, Time now);
    /// The next round begins now, or when the server's Retry-After ends.
    [[nodiscard]] Resting soonest(Time now) const;
    /// A rest that time alone need not help: login, review, stopped or offline. It ends with a look
    /// all the same, in case the obstacle went away without a word. While the server says again and
    /// again that there is nothing for us, the looks become rare: from minutes to a day.
    [[nodiscard]] Resting look_later(Rest why, Time now);
    /// What keeps a round from beginning now. `may_be_offline`: the round may begin although no
    /// route seems to lead to the server, because what tells of routes may be wrong.
    [[nodiscard]] std::optional<Resting> obstacle(bool may_be_offline, Time now);

    // Where hints move a rest that is under way.

    [[nodiscard]] Resting after_edit(Resting resting, Time now) const;
    /// After an edit of what may have made the last round fail: ends a backoff, too.
    [[nodiscard]] Resting after_correction(Resting resting, Time now) const;
    /// After the network came back, or the machine woke up: the rest ends in 1 to 4 s at random, or
    /// within a minute if nobody waits.
    [[nodiscard]] Resting hastened(Resting resting, Time now);

    /// Pays for a round's first request. Only when there is no obstacle().
    void pay_for_round(Time now);
    /// Pays for one more; false when the budget is used up (see out_of_budget()).
    [[nodiscard]] bool pay(Time now) { return budget_.spend(1, now); }
    [[nodiscard]] Resting out_of_budget(Time now) const;

    [[nodiscard]] bool may_ask(Time now) const { return is_probing_ || now >= not_before_; }
    [[nodiscard]] bool is_failing() const { return failures() > 0; }
    [[nodiscard]] bool is_breaker_open() const;
    [[nodiscard]] bool is_online() const { return online_; }
    [[nodiscard]] unsigned failures() const { return backoff_.failures(); }

    /// Notes what must outlive the process.
    void note(Memory& memory) const;

  private:
    [[nodiscard]] Time debounced(Time now) const;
    [[nodiscard]] Time pace(Time now) const;
    [[nodiscard]] Time about(Time wait);
    [[nodiscard]] Time at_least(Time least);
    [[nodiscard]] std::optional<Time> unhurried(std::optional<Time> look_at, Time now) const;
    [[nodiscard]] Time interval(Rest why) const;
    void end_probe();
    [[nodiscard]] unsigned cost_of_round() const;

    Options options_;
    Dice dice_;
    Backoff backoff_;
    Budget budget_;
    unsigned server_failures_;  ///< rounds in a row that failed by the server's fault
    unsigned stops_;            ///< rounds in a row that ended because there is nothing for us
    Time backoff_until_;
    Time not_before_;                ///< end of the longest Retry-After
    unsigned wishes_ = 0;            ///< times that a person asked since the wait began
    bool is_probing_ = false;        ///< a probe was asked for, and the server has not answered
    std::optional<Time> probed_at_;  ///< when a person's wish last led to a probe
    bool online_ = true;
    /// An edit is not at the server, or somebody asked and no round has succeeded since. What the
    /// process before this one left is not known at the start.
    bool is_awaited_ = true;

    std::optional<Time> first_edit_;  ///< first edit since the last collected()
    Time last_edit_{};                ///< meaningful with first_edit_
    std::optional<Time> changed_at_;  ///< last change that this process saw, here or elsewhere
    unsigned changed_looks_ = 0;      ///< looks in a row that showed a change by others
};

}  // namespace settings::sync
