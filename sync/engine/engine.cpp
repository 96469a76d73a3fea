#include "sync/engine/engine.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "sync/engine/retry_ladder.h"

namespace settings::sync {
namespace {

/// A batch that is refused so often is searched for the key that is guilty of it.
constexpr unsigned refusals_until_search = 2;

constexpr char const* still_there = "the server accepted the removal, and still has it";

}  // namespace

Engine::Engine(Options options, std::uint32_t seed, Memory const& memory, TokenState token,
               Time now)
    : options_{options},
      schedule_{options, seed, memory, now},
      token_{std::move(token)},
      posture_{schedule_.start(now)},
      paused_{memory.paused} {
    if (paused_) posture_ = Paused{};
    report_.last_failure.message = memory.last_failure;
}

std::optional<Effect> Engine::handle(Event event, Time now) {
    bool const starts = std::holds_alternative<Woke>(event);
    assert(starts == !std::holds_alternative<Awaiting>(posture_));
    auto next = std::visit([&](auto& happened) { return on(std::move(happened), now); }, event);
    bool const was_hastened = !next && std::exchange(hastened_, false);
    if (was_hastened && schedule_.is_failing()) hasten(now);
    return next;
}

// The round -------------------------------------------------------------------------------------

Engine::Next Engine::on(Woke, Time now) {
    auto const* resting = std::get_if<Resting>(&posture_);
    if (resting == nullptr || now < resting->until) return std::nullopt;
    if (!has_token()) return rest(schedule_.look_later(Rest::login, now));
    bool const may_be_offline = asked_ || resting->why == Rest::offline;
    if (auto const instead = schedule_.obstacle(may_be_offline, now)) return rest(*instead);
    return begin_round(now);
}

Engine::Next Engine::begin_round(Time now) {
    schedule_.pay_for_round(now);
    round_ = Round{};
    round_.paid = true;
    asked_ = hastened_ = false;
    batch_.clear();
    ++report_.rounds_begun;
    return await(Remember{memory()});
}

Engine::Next Engine::on(Remembered, Time now) {
    if (rest_after_) return rest(*std::exchange(rest_after_, std::nullopt));
    bool const is_due = must_renew(now) && !round_.has_renewed;
    return is_due ? renew(now) : request(Fetch{}, now);
}

Engine::Next Engine::on(Renewed renewed, Time now) {
    token_ = std::move(renewed.token);
    round_.is_renewing = false;
    return look_anew(now);
}

/// A verdict on one document says nothing about another.
Engine::Next Engine::on(Fetched fetched, Time) {
    in_hand_ = std::hash<Json>{}(fetched.remote);
    if (in_hand_ != held_) verdict_ = Verdict::none;
    return await(Reconcile{std::move(fetched.remote), options_.winner, verdict_});
}

Engine::Next Engine::on(Reconciled reconciled, Time now) {
    report_.in_review = reconciled.held;
    if (std::exchange(held_, in_hand_) != in_hand_) verdict_ = Verdict::none;
    if (reconciled.held) return rest(unless_asked(schedule_.look_later(Rest::review, now), now));
    verdict_ = Verdict::none;
    schedule_.collected();  // whatever is pending by now is in the next Freeze
    return freeze(now);
}

Engine::Next Engine::on(Frozen frozen, Time now) {
    bool const is_past_the_end = frozen.batch.empty() && frozen.backlog.pending > 0;
    if (is_past_the_end) {
        search_.start_over();
        return freeze(now);
    }
    batch_ = std::move(frozen.batch);
    is_retry_ = frozen.retry;
    pending_ = frozen.backlog.pending;
    more_ = is_retry_ || pending_ > batch_.size();
    round_.part_arrived = false;
    if (auto hopeless = reject_hopeless(now)) return hopeless;
    if (batch_.empty()) return finish(frozen.backlog, now);
    bool const was_tried = std::any_of(batch_.begin(), batch_.end(), [&](auto const& each) {
        return removals_.has_answer_for(each);
    });
    if (round_.looked_after_removal && was_tried)
        return back_off({Fault::server_error, still_there, 200}, now);
    plan_ = plan(batch_);
    has_removed_ = !plan_.removed.empty();
    return send(now);
}

/// The next request of the plan. Values go before removals, so that a reader of the server's
/// document sees a moved value twice rather than not at all.
Engine::Next Engine::send(Time now) {
    if (!plan_.put.empty()) return request(Put{std::exchange(plan_.put, Json::object())}, now);
    return request(Delete{std::exchange(plan_.removed, {})}, now);
}

Engine::Next Engine::on(Accepted, Time now) {
    if (std::exchange(round_.is_asking, false)) {
        search_.accepted(0);
        return freeze(now);
    }
    round_.part_arrived = true;
    if (!plan_.put.empty() || !plan_.removed.empty()) return send(now);
    search_.accepted(batch_.size());
    if (!has_removed_) return await(Settle{std::move(batch_)});
    // A 200 does not say that a key is gone: paths may mean something else over there.
    return look_at_removals({200, still_there}, now);
}

Engine::Next Engine::on(Settled settled, Time now) {
    if (more_) return freeze(now);
    return finish(settled.backlog, now);
}

Engine::Next Engine::on(SetAside, Time now) { return freeze(now); }

/// Takes the next batch, paid for beforehand: the store writes both down in one transaction.
Engine::Next Engine::freeze(Time now) {
    if (auto guilty = search_.convicted(); !guilty.empty())
        return reject(std::move(guilty), words_, now);
    if (!schedule_.may_ask(now)) return rest(schedule_.soonest(now));
    round_.paid = round_.paid || schedule_.pay(now);
    if (!round_.paid) return rest(schedule_.out_of_budget(now));
    return await(Freeze{search_.selection()});
}

/// The round left nothing behind, but for what was edited while it went.
Engine::Next Engine::finish(Backlog const& backlog, Time now) {
    bool const was_failing = schedule_.is_failing();
    refusals_ = 0;
    search_.start_over();
    search_.end_of_round();
    search_.any_size();
    removals_.clear();
    report_.last_success = now;
    report_.last_clean_round = report_.rounds_begun;
    auto const resting = unless_asked(schedule_.after_success(backlog, now), now);
    if (!was_failing) return rest(resting);
    rest_after_ = resting;
    return await(Remember{memory()});
}

// Failures --------------------------------------------------------------------------------------

Engine::Next Engine::on(Failed const& failed, Time now) {
    auto const& failure = failed.failure;
    if (failure.retry_after) schedule_.told_to_wait(*failure.retry_after, now);
    if (rest_after_) return rest(*std::exchange(rest_after_, std::nullopt));
    if (round_.is_renewing) return on_failed_renewal(failure, now);

    switch (failure.fault) {
        case Fault::unauthorized: return on_unauthorized(failure, now);
        case Fault::missing:
            if (is_removing()) return on_refusal(failure, now);
            [[fallthrough]];
        case Fault::forbidden: return stop(failure, Rest::stopped, now);
        case Fault::refused: return on_refusal(failure, now);
        case Fault::too_large: return on_too_large(failure, now);
        default: return back_off(failure, now);
    }
}

/// One renewal for all who were refused, and one more try. What was refused with a token that is
/// gone by now says nothing about the one that came. Only where the server would not renew it does
/// a login help: where it could not, time does.
Engine::Next Engine::on_unauthorized(Failure const& failure, Time now) {
    if (!schedule_.may_ask(now)) return back_off(failure, now);
    bool const is_of_an_old_token = failure.token != token_.generation;
    if (is_of_an_old_token && !std::exchange(round_.was_unauthorized, true)) return look_anew(now);
    if (token_.renewable && !round_.has_renewed) {
        round_.was_unauthorized = true;
        return renew(now);
    }
    if (round_.no_renewal) return back_off(*std::exchange(round_.no_renewal, {}), now);
    return stop(failure, Rest::login, now);
}

Engine::Next Engine::renew(Time now) {
    round_.is_renewing = round_.has_renewed = true;
    return request(Renew{}, now);
}

/// A renewal that is only early may fail while the token is still good.
Engine::Next Engine::on_failed_renewal(Failure const& failure, Time now) {
    round_.is_renewing = false;
    if (failure.fault == Fault::unauthorized) return stop(failure, Rest::login, now);
    bool const may_still_be_good =
        token_.generation != 0 && !round_.was_unauthorized && failure.status != 0;
    if (may_still_be_good && schedule_.may_ask(now)) {
        round_.no_renewal = failure;
        return look_anew(now);
    }
    return back_off(failure, now);
}

/// A 400 reads like a general failure, so a batch gets a second try before its keys are suspected.
/// A refused removal is looked at again at once: a server may refuse to remove what the PUT before
/// has replaced.
Engine::Next Engine::on_refusal(Failure const& failure, Time now) {
    if (batch_.empty()) return back_off(failure, now);
    if (round_.is_asking) {
        search_.nothing_is_accepted();
        return back_off(failure, now);
    }
    if (is_removing()) {
        if (!schedule_.may_ask(now)) return back_off(failure, now);
        return look_at_removals({failure.status, failure.message}, now);
    }
    words_ = {failure.status, failure.message};
    if (is_retry_) return reject(std::move(batch_), words_, now);
    if (++refusals_ < refusals_until_search) return back_off(failure, now);
    auto const finding = search_.refused(batch_, pending_);
    if (finding == Search::Finding::nothing || !schedule_.may_ask(now))
        return back_off(failure, now);
    if (finding != Search::Finding::ask) return freeze(now);
    round_.is_asking = true;
    return request(Put{Json::object()}, now);
}

/// A 413 was not carried out, so the same keys may go in smaller batches at once; after a look, if
/// the values went and only the removals were too much.
Engine::Next Engine::on_too_large(Failure const& failure, Time now) {
    if (batch_.empty() || round_.is_asking) return back_off(failure, now);
    if (is_removing() && schedule_.may_ask(now))
        return look_at_removals({failure.status, failure.message}, now);
    if (batch_.size() == 1) {
        search_.any_size();
        return reject(std::move(batch_), {failure.status, failure.message}, now);
    }
    search_.too_large(batch_.size());
    return schedule_.may_ask(now) ? freeze(now) : back_off(failure, now);
}

Engine::Next Engine::back_off(Failure const& failure, Time now) {
    return give_up(failure, schedule_.after_failure(failure.fault, now), now);
}

/// Ends the round until another does something, unless a token came to which this does not apply.
Engine::Next Engine::stop(Failure const& failure, Rest why, Time now) {
    auto const resting = round_.got_token ? schedule_.soonest(now) : schedule_.look_later(why, now);
    return give_up(failure, resting, now);
}

/// Ends the round with a failure.
Engine::Next Engine::give_up(Failure const& failure, Resting resting, Time now) {
    search_.end_of_round();
    report_.last_failure = failure;
    report_.last_failure_at = now;
    rest_after_ = unless_asked(resting, now);
    // A round that has sent no batch knows nothing of what an earlier one left in flight.
    bool const in_doubt =
        batch_.empty() || round_.part_arrived || !proves_nothing_arrived(failure.fault);
    return await(Remember{memory(), in_doubt});
}

// Keys that the server does not take ------------------------------------------------------------

Engine::Next Engine::reject(Batch batch, Refusal refusal, Time now) {
    auto const retry_at = now + retry_ladder(batch.front().refusals);
    return await(Reject{std::move(batch), std::move(refusal), retry_at});
}

/// Sets aside what need not be sent (again) to know that it leads nowhere.
Engine::Next Engine::reject_hopeless(Time now) {
    for (auto const& pending : batch_) {
        auto words = removals_.hopeless(pending);
        if (!words) continue;
        removals_.forget(pending.key);
        return reject({pending}, *std::move(words), now);
    }
    return std::nullopt;
}

/// Has a look decide whether the batch's removals were carried out.
Engine::Next Engine::look_at_removals(Refusal const& answer, Time now) {
    removals_.answered(batch_, answer);
    if (is_retry_) removals_.answered(batch_, answer);  // it had its two times before
    round_.looked_after_removal = true;
    return look_anew(now);
}

/// Goes back to the start of the round: what was under way is for the look to find. When all of it
/// was refused, that is noted first: nothing of it is in doubt.
Engine::Next Engine::look_anew(Time now) {
    bool const nothing_arrived = !batch_.empty() && !round_.part_arrived;
    batch_.clear();
    round_.is_asking = false;
    if (nothing_arrived) return await(Remember{memory(), /*in_doubt=*/false});
    return request(Fetch{}, now);
}

// Hints -----------------------------------------------------------------------------------------

void Engine::edited(Time now) {
    schedule_.edited(now);
    if (auto* resting = rest_to_move()) *resting = schedule_.after_edit(*resting, now);
}

void Engine::token_changed(TokenState token, Time now) {
    bool const is_another = token.generation != token_.generation;
    token_ = std::move(token);
    auto* resting = rest_to_move();
    if (resting == nullptr) {
        round_.got_token |= is_another;
        return;
    }
    bool const waited_for_it = resting->why == Rest::login || resting->why == Rest::stopped;
    if (!has_token() || (is_another && waited_for_it)) *resting = schedule_.soonest(now);
}

void Engine::network_changed(bool is_up, Time now) {
    bool const came_back = is_up && !schedule_.is_online();
    schedule_.network(is_up);
    if (came_back || (is_up && schedule_.is_failing())) hasten(now);
}

void Engine::woke_up(Time now) { hasten(now); }

/// A round that is under way may fail because of what was before; then the next one is hastened.
void Engine::hasten(Time now) {
    if (auto* resting = rest_to_move())
        *resting = schedule_.hastened(*resting, now);
    else
        hastened_ = true;
}

void Engine::sync_now(Time now) {
    asked_ = true;
    if (auto* resting = rest_to_move()) *resting = schedule_.soonest(now);
}

/// The rest that is under way, or that begins once it is remembered.
Resting* Engine::rest_to_move() {
    return rest_after_ ? &*rest_after_ : std::get_if<Resting>(&posture_);
}

void Engine::decide(Verdict verdict, Time now) {
    if (!report_.in_review) return;
    verdict_ = verdict;
    sync_now(now);
}

void Engine::pause() {
    paused_ = true;
    if (std::holds_alternative<Resting>(posture_)) posture_ = Paused{};
}

void Engine::resume(Time now) {
    paused_ = false;
    if (std::holds_alternative<Paused>(posture_)) posture_ = schedule_.soonest(now);
}

void Engine::configure(Options options) {
    options_ = options;
    schedule_.configure(options);
}

// What it knows ---------------------------------------------------------------------------------

Memory Engine::memory() const {
    Memory memory;
    schedule_.note(memory);
    memory.paused = paused_;
    memory.last_failure = report_.last_failure.message;
    return memory;
}

Engine::Report Engine::report() const {
    auto report = report_;
    report.failures = schedule_.failures();
    report.is_online = schedule_.is_online();
    report.is_breaker_open = schedule_.is_breaker_open();
    report.refuses_everything = search_.takes_nothing();
    if (!has_token()) report.token_missing = token_.missing;
    return report;
}

Engine::Next Engine::await(Effect effect) {
    posture_ = Awaiting{awaited(effect)};
    return effect;
}

/// Asks the server for something, within the budget.
Engine::Next Engine::request(Effect effect, Time now) {
    bool const is_paid = std::exchange(round_.paid, false) || schedule_.pay(now);
    if (!is_paid) return rest(schedule_.out_of_budget(now));
    return await(std::move(effect));
}

/// A wish during a round is for a look that begins after it.
Resting Engine::unless_asked(Resting resting, Time now) {
    return asked_ ? schedule_.soonest(now) : resting;
}

Engine::Next Engine::rest(Resting resting) {
    posture_ = resting;
    if (paused_) posture_ = Paused{};
    return std::nullopt;
}

/// Whether the answer that is waited for is that to the batch's DELETE.
bool Engine::is_removing() const {
    return !batch_.empty() && has_removed_ && plan_.removed.empty();
}

bool Engine::must_renew(Time now) const {
    if (!token_.renewable) return false;
    return token_.generation == 0 || (token_.renew_at && now >= *token_.renew_at);
}

}  // namespace settings::sync
