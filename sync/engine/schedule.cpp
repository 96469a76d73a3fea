#include "sync/engine/schedule.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "model/limits.h"

namespace settings::sync {
namespace {

using namespace std::chrono_literals;

constexpr unsigned failures_until_breaker = 6;

/// Tokens that must be left after a round's first request, for the requests that follow it.
constexpr unsigned tokens_for_the_rest = 4;

Time longest_backoff(Options const& options) {
    return options.backoff.floor + Backoff::growth * options.backoff.cap;
}

/// Until the next look at a server that has said so often in a row that there is nothing for us: 2
/// min, four times as long each time, a day at most.
Time stop_ladder(unsigned before) {
    constexpr Time longest = 24h;
    Time wait = 2min;
    for (; before > 0 && wait < longest; --before) wait *= 4;
    return std::min(wait, longest);
}

}  // namespace

Schedule::Schedule(Options options, std::uint32_t seed, Memory const& memory, Time now)
    : options_{options},
      dice_{seed},
      backoff_{options.backoff, memory.failures},
      budget_{options.budget_interval, memory.budget, now},
      server_failures_{memory.server_failures},
      stops_{memory.stops},
      backoff_until_{std::min(memory.backoff_until, now + longest_backoff(options))},
      not_before_{std::min(memory.not_before, now + limits::retry_after + options.look_every)} {}

void Schedule::configure(Options options) {
    options_ = options;
    backoff_.configure(options.backoff);
    budget_.configure(options.budget_interval);
}

void Schedule::edited(Time now) {
    if (!first_edit_) first_edit_ = now;
    last_edit_ = now;
    changed_at_ = now;
    changed_looks_ = 0;
    awaited();
}

void Schedule::looked(bool has_changed, Time now) {
    changed_looks_ = has_changed ? changed_looks_ + 1 : 0;
    if (has_changed) changed_at_ = now;
}

/// Up to as much again: whoever asked for patience may have named the same time to everybody.
Time Schedule::at_least(Time least) {
    return least + dice_.up_to(std::min(least, options_.look_every));
}

void Schedule::told_to_wait(Time least, Time now) {
    not_before_ = std::max(not_before_, now + at_least(least));
    wishes_ = 0;
    is_probing_ = false;
}

void Schedule::asked(Time now) {
    awaited();
    constexpr unsigned wishes_for_a_probe = 2;
    constexpr Time between_probes = 5min;
    bool const is_soon = probed_at_ && now < *probed_at_ + between_probes;
    if (now >= not_before_ || is_soon || ++wishes_ < wishes_for_a_probe) return;
    probed_at_ = now;
    probe();
}

void Schedule::served(Time now) {
    if (!std::exchange(is_probing_, false)) return;
    not_before_ = std::min(not_before_, now);
    wishes_ = 0;
    probed_at_.reset();
}

Resting Schedule::start(Time now) const {
    if (now < not_before_ && backoff_until_ <= not_before_) return {not_before_, Rest::retry_after};
    if (now < backoff_until_) return {backoff_until_, Rest::backoff};
    return {now, Rest::due};
}

Resting Schedule::after_success(Backlog const& backlog, Time now, Rest why) {
    backoff_.reset();
    server_failures_ = stops_ = 0;
    backoff_until_ = now;
    is_awaited_ = first_edit_.has_value();
    if (backlog.pending > 0 && !first_edit_) edited(now);
    if (first_edit_) return {std::max(debounced(now), not_before_), Rest::debounce};

    Resting resting{now + about(pace(now)), why};
    auto const sooner = [&](std::optional<Time> at, Rest reason) {
        if (!at || *at >= resting.until) return;
        resting = {std::max(*at, now), why == Rest::idle ? reason : why};
    };
    sooner(unhurried(backlog.look_at, now), Rest::verify);
    sooner(backlog.next_retry, Rest::retry);
    if (resting.until < not_before_) resting.until = not_before_;
    return resting;
}

/// What is only looked at leaves half of the budget to edits.
std::optional<Time> Schedule::unhurried(std::optional<Time> look_at, Time now) const {
    constexpr unsigned tokens_for_edits = 30;
    if (!look_at) return std::nullopt;
    return std::max(*look_at, now + budget_.wait_for(tokens_for_edits, now));
}

Resting Schedule::after_failure(Failure const& failure, Time now) {
    auto const fault = failure.fault;
    end_probe();
    if (fault == Fault::offline && !online_) return look_later(Rest::offline, now);
    if (is_the_servers(fault)) ++server_failures_;
    backoff_until_ = now + backoff_.next(dice_);
    // A proxy may lock an account that comes with a wrong password a few times.
    if (fault == Fault::barred)
        backoff_until_ = std::max(backoff_until_, now + about(options_.look_every));
    // A proxy speaks for its own network alone: another route ends this wait.
    if (failure.retry_after && is_of_the_way(fault))
        backoff_until_ = std::max(backoff_until_, now + at_least(*failure.retry_after));
    auto until = backoff_until_;
    if (!is_awaited_) until = std::max(until, now + about(options_.look_every));
    if (until < not_before_) return {not_before_, Rest::retry_after};
    return {until, Rest::backoff};
}

/// As long again as nothing has changed. What changes from look to look, like a time that the
/// server itself writes, is no reason to hurry: then each wait is twice as long as the one before.
Time Schedule::pace(Time now) const {
    if (!changed_at_) return options_.look_every;
    auto const doublings = std::clamp(changed_looks_, 1U, 10U) - 1;
    auto const soonest = options_.look_soonest * (1U << doublings);
    return std::min(options_.look_every, std::max<Time>(soonest, now - *changed_at_));
}

/// A sixth more or less: a device looks at its own pace, wherever in it the others are.
Time Schedule::about(Time wait) {
    auto const spread = wait / 3;
    return wait - spread / 2 + dice_.up_to(spread);
}

/// A probe that failed: what was left of the wait counts again.
void Schedule::end_probe() {
    if (std::exchange(is_probing_, false)) wishes_ = 0;
}

Resting Schedule::soonest(Time now) const {
    if (!may_ask(now)) return {not_before_, Rest::retry_after};
    return {now, Rest::due};
}

Resting Schedule::look_later(Rest why, Time now) {
    end_probe();
    auto const wait = interval(why);
    if (why == Rest::stopped) ++stops_;
    auto const spread = std::min<Time>(wait / 6, 30min);
    return {std::max(now + wait - dice_.up_to(spread), not_before_), why};
}

/// Until a look from time to time where time alone need not help.
Time Schedule::interval(Rest why) const {
    if (why == Rest::login) return 1h;
    if (why == Rest::stopped) return stop_ladder(stops_);
    return options_.look_every;
}

std::optional<Resting> Schedule::obstacle(bool may_be_offline, Time now) {
    if (!online_ && !may_be_offline) return look_later(Rest::offline, now);
    auto const wait = budget_.wait_for(cost_of_round() + tokens_for_the_rest, now);
    if (wait > Time{0}) return Resting{now + wait, Rest::budget};
    return std::nullopt;
}

Resting Schedule::after_edit(Resting resting, Time now) const {
    switch (resting.why) {
        case Rest::idle:
        case Rest::verify:
        case Rest::retry:
        case Rest::review:
            return {std::max(std::min(resting.until, debounced(now)), not_before_), Rest::debounce};
        case Rest::debounce:
        case Rest::stopped: return {std::max(debounced(now), not_before_), Rest::debounce};
        case Rest::backoff: {
            // Until now nobody waited, so the rest may be longer than the backoff.
            auto const until = std::min(resting.until, std::max(backoff_until_, debounced(now)));
            if (until < not_before_) return {not_before_, Rest::retry_after};
            return {until, Rest::backoff};
        }
        case Rest::due:
        case Rest::retry_after:
        case Rest::budget:
        case Rest::offline:
        case Rest::login:
        case Rest::account: return resting;
    }
    return resting;
}

Resting Schedule::after_correction(Resting resting, Time now) const {
    if (resting.why != Rest::backoff) return after_edit(resting, now);
    auto const soon = std::max(debounced(now), not_before_);
    if (resting.until <= soon) return resting;
    return {soon, Rest::debounce};
}

Resting Schedule::hastened(Resting resting, Time now) {
    switch (resting.why) {
        case Rest::backoff:
            if (is_breaker_open()) return resting;
            break;
        case Rest::idle:
        case Rest::verify:
        case Rest::retry:
        case Rest::offline: break;
        case Rest::due:
        case Rest::debounce:
        case Rest::retry_after:
        case Rest::budget:
        case Rest::login:
        case Rest::review:
        case Rest::account:
        case Rest::stopped: return resting;
    }
    auto const wait = is_awaited_ ? 1s + dice_.up_to(3s) : dice_.up_to(1min);
    auto const soon = now + wait;
    // Whatever the rest was for, it is no longer for a route.
    auto const why = resting.why == Rest::offline ? Rest::due : resting.why;
    if (resting.until <= std::max(soon, not_before_)) return {resting.until, why};
    if (soon < not_before_) return {not_before_, Rest::retry_after};
    return {soon, Rest::due};
}

void Schedule::pay_for_round(Time now) {
    bool const is_paid = budget_.spend(cost_of_round(), now);
    assert(is_paid && "a round begins only without an obstacle");
}

Resting Schedule::out_of_budget(Time now) const {
    return {now + budget_.wait_for(cost_of_round() + tokens_for_the_rest, now), Rest::budget};
}

bool Schedule::is_breaker_open() const { return server_failures_ >= failures_until_breaker; }

void Schedule::note(Memory& memory) const {
    memory.failures = failures();
    memory.server_failures = server_failures_;
    memory.stops = stops_;
    memory.backoff_until = backoff_until_;
    memory.not_before = not_before_;
    memory.budget = budget_.level();
}

Time Schedule::debounced(Time now) const {
    return std::max(now,
                    std::min(last_edit_ + options_.debounce, *first_edit_ + options_.debounce_cap));
}

unsigned Schedule::cost_of_round() const {
    return is_failing() || stops_ > 0 ? Budget::cost_of_retry : 1;
}

}  // namespace settings::sync
