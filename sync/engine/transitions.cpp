// What follows from which event at which stage of a round.

#include <algorithm>
#include <cassert>
#include <utility>

#include "sync/engine/engine.h"
#include "sync/engine/plan.h"
#include "sync/engine/retry_ladder.h"

namespace settings::sync {
namespace {

/// A batch that is refused so often is searched for the key that is guilty of it.
constexpr unsigned refusals_until_search = 2;

/// What a round may send without another look: other devices may be filling the account, too.
constexpr std::size_t most_unseen_bytes = 1024 * 1024;

constexpr char const* no_room =
    "the account has no room for it: all devices' settings would take more than 8 MiB together, or "
    "hold more than 400,000 values. Remove some, and have it tried again: settingsctl rejected "
    "retry";
constexpr char const* gone =
    ", though it had settings of this account before; none is removed here";
constexpr char const* value_not_kept = "the server accepts it and does not keep it";
constexpr char const* removal_not_kept =
    "the server accepts the removal, and still has the setting";

Refusal refusal_in(Failure const& failure) { return {failure.status, failure.message}; }

/// What the server said yes to, twice, and what it does not show.
Refusal refusal_of(Batch const& not_kept) {
    bool const has_values =
        std::ranges::any_of(not_kept, [](Pending const& each) { return each.local.has_value(); });
    return {200, has_values ? value_not_kept : removal_not_kept};
}

/// Only the disk can fail where the store was asked.
Failure const& failure_of_disk(Failed const& answer) {
    assert(answer.failure.fault == Fault::storage && "a server's failure, and the store was asked");
    return answer.failure;
}

}  // namespace

Engine::Next Engine::step(Event event, Time now) {
    auto* awaiting = std::get_if<Awaiting>(&posture_);
    if (awaiting == nullptr) {
        assert(std::holds_alternative<Woke>(event) && "an answer that nothing asked for");
        return wake(now);
    }
    if (auto const* failed = std::get_if<Failed>(&event);
        failed && failed->failure.retry_after && asks_for_patience(failed->failure.fault))
        schedule_.told_to_wait(*failed->failure.retry_after, now);
    auto stage = std::move(awaiting->stage);
    auto const transition = [&](auto& asked, auto& answer) {
        return on(std::move(asked), std::move(answer), now);
    };
    return std::visit(transition, stage, event);
}

Engine::Next Engine::on(auto const&, auto const&, Time) {
    assert(false && "an answer to another effect than the one that was asked for");
    return std::nullopt;
}

// The round -------------------------------------------------------------------------------------

Engine::Next Engine::wake(Time now) {
    auto const* resting = std::get_if<Resting>(&posture_);
    if (resting == nullptr || now < resting->until) return std::nullopt;
    if (!has_token()) return rest(schedule_.look_later(Rest::login, now));
    bool const may_be_offline = wish_ == Wish::ask || resting->why == Rest::offline;
    if (auto const instead = schedule_.obstacle(may_be_offline, now)) return rest(*instead);

    schedule_.pay_for_round(now);
    round_ = Round{.token = round_.token.next()};
    wish_ = Wish::none;
    ++report_.rounds_begun;
    return await(Noting{}, Remember{});
}

Engine::Next Engine::on(Noting const& asked, Remembered, Time now) {
    if (asked.then) return rest(*asked.then);
    if (round_.token.is_renewal_due(token_, now)) return renew(Renewing{}, now);
    return look(now);
}

Engine::Next Engine::look(Time now) {
    round_.token.looks();
    round_.unseen_bytes = 0;
    return request(Looking{}, Fetch{}, now);
}

Engine::Next Engine::on(Renewing asked, Renewed answer, Time now) {
    token_ = std::move(answer.token);
    round_.token.renewed(token_, now);
    return look_anew(asked.nothing_arrived, now);
}

Engine::Next Engine::on(Looking, Fetched answer, Time now) {
    schedule_.served(now);
    round_.token.served();
    round_.missing = std::move(answer.missing);
    if (round_.missing) round_.missing->message += gone;
    auto const meeting = acquaintance_.word_on(answer.owner);
    Look look{.remote = std::move(answer.remote),
              .owner = std::move(answer.owner),
              .winner = options_.winner,
              .judgement = judgement(),
              .meeting = meeting,
              .exceptions = meeting ? acquaintance_.exceptions() : Exceptions{},
              .shown = meeting ? acquaintance_.shown() : 0,
              .unreadable = std::move(answer.unreadable),
              .is_missing = round_.missing.has_value(),
              .lag = options_.lag};
    return await(Merging{}, Reconcile{std::move(look)});
}

/// What a person said to the document that is held, or says to any with the configuration.
Judgement Engine::judgement() const {
    return options_.holds_removals ? review_.word() : Judgement{Verdict::apply};
}

/// What a held document does not touch goes on.
Engine::Next Engine::on(Merging, Reconciled const& answer, Time now) {
    acquaintance_.met(answer.encounter);
    if (answer.encounter) return rest(unless_asked(schedule_.look_later(Rest::account, now), now));
    round_.owner = answer.owner;
    schedule_.collected();  // whatever is pending by now is in the next Freeze
    if (answer.is_missing) return freeze(now);
    round_.missing.reset();
    review_.merged(answer.held);
    report_.lagging = answer.lagging;
    schedule_.looked(answer.applied > 0, now);
    if (!answer.not_kept.empty()) return reject(answer.not_kept, refusal_of(answer.not_kept), now);
    return freeze(now);
}

Engine::Next Engine::on(Taking, Frozen answer, Time now) {
    if (!answer.without_room.empty())
        return reject(std::move(answer.without_room), {413, no_room}, now);
    round_.unseen_bytes += answer.bytes;
    Flight flight{std::move(answer.batch), answer.backlog.pending, answer.retry};
    bool const is_past_the_end = flight.batch.empty() && flight.pending > 0 && selection().skip > 0;
    if (is_past_the_end) {
        search_.start_over();
        blame_.start_over();
        return freeze(now);
    }
    if (auto hopeless = first_hopeless(flight.batch)) {
        auto& [pending, why] = *hopeless;
        removals_.forget(pending.key);
        return reject({pending}, std::move(why), now);
    }
    if (flight.batch.empty()) return finish(answer.backlog, now);
    if (round_.looked_after_removal && removals_.has_answer_in(flight.batch))
        return believe_removals(flight.batch, now);
    return send(std::move(flight), now);
}

/// Values go before removals: a reader of the server's document sees a moved value twice rather
/// than not at all.
Engine::Next Engine::send(Flight flight, Time now) {
    auto values = values_in(flight.batch);
    if (values.empty()) return remove(std::move(flight), now);
    return write(Putting{std::move(flight)}, Put{std::move(values), round_.owner}, now);
}

Engine::Next Engine::remove(Flight flight, Time now) {
    bool const has_arrived = std::ranges::any_of(
        flight.batch, [](Pending const& each) { return each.local.has_value(); });
    auto paths = removals_in(flight.batch);
    return remove_further({std::move(flight), has_arrived, {}, std::move(paths)}, now);
}

/// Of one key there may be more to be removed than a server reads at once. Each request is whole by
/// itself, and one that is repeated does no harm.
Engine::Next Engine::remove_further(Removing asked, Time now) {
    asked.paths = take_removal(asked.further, most_removals_);
    Delete removal{asked.paths, round_.owner};
    return write(std::move(asked), std::move(removal), now);
}

/// The server found these too many at once.
Engine::Next Engine::remove_fewer(Removing asked, Time now) {
    most_removals_ = asked.paths.size() / 2;
    asked.further.insert(asked.further.begin(), asked.paths.begin(), asked.paths.end());
    return remove_further(std::move(asked), now);
}

/// What the server has whole is settled before anything is removed: the look that follows may be
/// older than the answer.
Engine::Next Engine::on(Putting asked, Accepted, Time now) {
    auto& flight = asked.flight;
    auto values = flight.take_values();
    if (values.empty()) return remove(std::move(flight), now);
    search_.accepted(values.size());
    blame_.accepted(values.size());
    Settling next{flight.has_more()};
    if (!flight.batch.empty()) next.removed = std::move(flight);
    return await(std::move(next), Settle{std::move(values)});
}

/// A 200 does not say that a key is gone: paths may mean something else over there.
Engine::Next Engine::on(Removing asked, Accepted, Time now) {
    asked.has_arrived = true;
    if (!asked.further.empty()) return remove_further(std::move(asked), now);
    search_.accepted(asked.flight.batch.size());
    blame_.accepted(asked.flight.batch.size());
    removals_.accepted(asked.flight.batch, asked.flight.attempts());
    round_.looked_after_removal = true;
    return look(now);
}

Engine::Next Engine::on(Probing, Accepted, Time now) {
    search_.accepted(0);
    return freeze(now);
}

Engine::Next Engine::on(Settling asked, Settled const& answer, Time now) {
    if (asked.removed) return remove(*std::move(asked.removed), now);
    if (!asked.has_more) return finish(answer.backlog, now);
    return round_.unseen_bytes < most_unseen_bytes ? freeze(now) : look(now);
}

Engine::Next Engine::on(SettingAside, SetAside, Time now) { return freeze(now); }

/// Takes the next batch, paid for beforehand: the store writes both down in one transaction.
Engine::Next Engine::freeze(Time now) {
    if (auto guilty = search_.convicted(); !guilty.empty())
        return reject(std::move(guilty), last_refusal_, now);
    if (!schedule_.may_ask(now)) return rest(schedule_.soonest(now));
    round_.is_paid = round_.is_paid || schedule_.pay(now);
    if (!round_.is_paid) return rest(schedule_.out_of_budget(now));
    return await(Taking{}, Freeze{selection()});
}

/// What to send next. Where both searches are under way, the smaller steps count.
Selection Engine::selection() const {
    auto const searched = search_.selection();
    auto const blamed = blame_.selection();
    if (!blamed) return searched;
    return {std::min(blamed->max_keys, searched.max_keys), blamed->skip};
}

/// The round left nothing behind, but for what was edited while it went, and what waits for a
/// person with a held document. It says nothing of a token that came meanwhile, which may be
/// another account's.
Engine::Next Engine::finish(Backlog const& backlog, Time now) {
    if (round_.missing) return back_off({.failure = *round_.missing}, now);
    bool const was_failing = schedule_.is_failing();
    refusals_ = 0;
    search_.start_over();
    search_.end_of_round();
    search_.any_size();
    blame_.clear();
    removals_.clear();
    most_removals_ = any_number;
    auto const held = review_.held();
    if (!held) report_.last_success = now;
    if (!held) report_.last_clean_round = report_.rounds_begun;
    auto const why = held ? Rest::review : Rest::idle;
    auto resting = unless_asked(schedule_.after_success(backlog, now, why), now);
    if (round_.token.has_another()) resting = schedule_.soonest(now);
    if (!was_failing) return rest(resting);
    return await(Noting{resting}, Remember{});
}

/// The look still shows what was to be removed. Where the server accepted the removal the look may
/// lag behind, and a later one decides, as it does about values. Where it refused all of them, its
/// answer ends the round.
Engine::Next Engine::believe_removals(Batch const& batch, Time now) {
    auto accepted = removals_.take_accepted(batch);
    if (auto const refusal = removals_.refusal_of(batch); accepted.empty() && refusal)
        return back_off({.failure = *refusal, .nothing_arrived = true}, now);
    return await(Settling{/*has_more=*/true}, Settle{std::move(accepted)});
}

/// Goes back to the start of the round: a look finds out about what was under way. When all of the
/// batch was refused, that is noted first: the look has the last word on it.
Engine::Next Engine::look_anew(bool nothing_arrived, Time now) {
    if (nothing_arrived) return await(Noting{}, Remember{Doubt::answered});
    return look(now);
}

Engine::Next Engine::renew(Renewing stage, Time now) {
    round_.token.renews();
    return request(stage, Renew{}, now);
}

// Failures --------------------------------------------------------------------------------------

Engine::Next Engine::on(auto const&, Failed const& answer, Time now) {
    return back_off({.failure = failure_of_disk(answer)}, now);
}

/// The rest stands although it is not noted: the next round notes it.
Engine::Next Engine::on(Noting const& asked, Failed const& answer, Time now) {
    auto const& failure = failure_of_disk(answer);
    if (asked.then) return rest(*asked.then);
    return back_off({.failure = failure}, now);
}

Engine::Next Engine::on(Looking, Failed const& answer, Time now) {
    return failed({.failure = answer.failure}, now);
}

Engine::Next Engine::on(Renewing asked, Failed const& answer, Time now) {
    auto const step = round_.token.renewal_failed(answer.failure, token_);
    return follow(step, {answer.failure, asked.nothing_arrived}, now);
}

/// A 413 was not carried out, and the same keys may go in smaller batches at once.
Engine::Next Engine::on(Putting asked, Failed const& answer, Time now) {
    auto const& failure = answer.failure;
    Setback const setback{.failure = failure, .nothing_arrived = true};
    report_.failed_write = failure.status;
    if (failure.fault == Fault::refused) return suspect(std::move(asked.flight), setback, now);
    if (failure.fault == Fault::too_large) return halve(std::move(asked.flight), setback, now);
    if (is_the_batchs(failure, now)) return blame(std::move(asked.flight), setback, now);
    return failed(setback, now);
}

/// A refused removal is looked at again at once: a server may refuse to remove what the PUT before
/// has replaced. The look comes first also where the values went and only a removal was too large.
Engine::Next Engine::on(Removing asked, Failed const& answer, Time now) {
    auto const& failure = answer.failure;
    Setback const setback{.failure = failure, .nothing_arrived = !asked.has_arrived};
    report_.failed_write = failure.status;
    bool const is_too_large = failure.fault == Fault::too_large;
    bool const is_refused = failure.fault == Fault::refused || failure.fault == Fault::missing;
    bool const may_ask = schedule_.may_ask(now);
    if (is_too_large && asked.paths.size() > 1 && may_ask)
        return remove_fewer(std::move(asked), now);
    if ((is_refused || (is_too_large && asked.has_arrived)) && may_ask) {
        removals_.refused(asked.flight.batch, failure, asked.flight.attempts());
        round_.looked_after_removal = true;
        return look_anew(setback.nothing_arrived, now);
    }
    if (is_too_large) return halve(std::move(asked.flight), setback, now);
    if (is_refused) return back_off(setback, now);
    if (is_the_batchs(failure, now)) return blame(std::move(asked.flight), setback, now);
    return failed(setback, now);
}

Engine::Next Engine::on(Probing, Failed const& answer, Time now) {
    bool const is_refused =
        answer.failure.fault == Fault::refused || answer.failure.fault == Fault::too_large;
    if (is_refused) search_.nothing_is_accepted();
    return failed({.failure = answer.failure, .nothing_arrived = true}, now);
}

/// What a failure means whichever request it answers.
Engine::Next Engine::failed(Setback const& setback, Time now) {
    auto const& failure = setback.failure;
    if (failure.fault == Fault::unauthorized && schedule_.may_ask(now))
        return follow(round_.token.unauthorized(failure, token_, now), setback, now);
    if (failure.fault == Fault::stranger && schedule_.may_ask(now)) {
        if (setback.nothing_arrived) return await(Noting{}, Remember{Doubt::none});
        return look(now);
    }
    if (ends_service(failure.fault)) return stop(setback, Rest::stopped, now);
    return back_off(setback, now);
}

/// Does what the round's token needs after a 401, or after a renewal that failed. A gateway's 401
/// may pass, as any word of a gateway's may: no person is asked to log in.
Engine::Next Engine::follow(TokenRound::Step step, Setback const& setback, Time now) {
    bool const nothing_arrived = setback.nothing_arrived;
    switch (step) {
        case TokenRound::Step::look_again:
            if (schedule_.may_ask(now)) return look_anew(nothing_arrived, now);
            return back_off(setback, now);
        case TokenRound::Step::renew: return renew({nothing_arrived}, now);
        case TokenRound::Step::wait:
            return back_off({round_.token.renewal_failure(), nothing_arrived}, now);
        case TokenRound::Step::once_more:
            if (setback.failure.status != 0 && !schedule_.is_failing() &&
                !round_.token.has_another())
                return back_off(setback, now);
            break;
        case TokenRound::Step::log_in: break;
    }
    if (setback.failure.by_gateway) return back_off(setback, now);
    return stop(setback, Rest::login, now);
}

Engine::Next Engine::back_off(Setback const& setback, Time now) {
    return give_up(setback, schedule_.after_failure(setback.failure, now), now);
}

/// Ends the round until another does something, unless a token came to which this does not apply.
Engine::Next Engine::stop(Setback const& setback, Rest why, Time now) {
    bool const may_not_apply = round_.token.has_another();
    auto const resting = may_not_apply ? schedule_.soonest(now) : schedule_.look_later(why, now);
    return give_up(setback, resting, now);
}

/// Ends the round with a failure.
Engine::Next Engine::give_up(Setback const& setback, Resting resting, Time now) {
    search_.end_of_round();
    blame_.end_of_round();
    report_.last_failure = setback.failure;
    report_.last_failure_at = now;
    return await(Noting{unless_asked(resting, now)}, Remember{setback.doubt()});
}

// Keys that the server does not take ------------------------------------------------------------

/// A 400 reads like a general failure: a batch gets a second try before its keys are suspected.
Engine::Next Engine::suspect(Flight flight, Setback const& setback, Time now) {
    if (!flight.is_retry && ++refusals_ < refusals_until_search) return back_off(setback, now);
    return accuse(std::move(flight), setback, now);
}

/// A key is set aside only where the server takes something else: a gateway may refuse everything,
/// whatever its size. Where other writes fail without being refused, one search looks for all the
/// bad keys: two of them would lead each other astray.
Engine::Next Engine::accuse(Flight flight, Setback const& setback, Time now) {
    last_refusal_ = refusal_in(setback.failure);
    if (flight.is_retry) return reject(std::move(flight.batch), last_refusal_, now);
    if (blame_.is_searching()) return blame(std::move(flight), setback, now);
    auto const finding = search_.refused(flight.batch, flight.pending);
    if (finding == Search::Finding::nothing || !schedule_.may_ask(now))
        return back_off(setback, now);
    if (finding == Search::Finding::ask) return write(Probing{}, Put{{}, round_.owner}, now);
    return freeze(now);
}

/// Whether a write failed because of what is in it, as far as that can be. A login that the look
/// has just proven is none to be asked for again.
bool Engine::is_the_batchs(Failure const& failure, Time now) const {
    if (failure.fault != Fault::unauthorized) return may_be_the_batch(failure.fault);
    return round_.token.is_proven(failure, token_, now);
}

/// The round's look was answered and this write failed: what is in it may be the reason. When every
/// key failed alone, no key is guilty; if the server then said that there is nothing to write, the
/// round stops. A key that is tried again holds up nobody.
Engine::Next Engine::blame(Flight flight, Setback const& setback, Time now) {
    using Finding = Blame::Finding;
    auto const& failure = setback.failure;
    auto const finding =
        flight.is_retry ? Finding::guilty : blame_.failed(flight.batch, flight.pending);
    if (finding == Finding::guilty)
        return reject(std::move(flight.batch), refusal_in(failure), now, setback.doubt());
    bool const is_for_good = !failure.by_gateway &&
                             (ends_service(failure.fault) || failure.fault == Fault::unauthorized);
    if (finding == Finding::nobody && is_for_good) return stop(setback, Rest::stopped, now);
    return back_off(setback, now);
}

/// Goes on with smaller batches, or without the one key that is too large by itself.
Engine::Next Engine::halve(Flight flight, Setback const& setback, Time now) {
    if (flight.batch.size() == 1) {
        search_.any_size();
        return accuse(std::move(flight), setback, now);
    }
    search_.too_large(flight.batch.size());
    return schedule_.may_ask(now) ? freeze(now) : back_off(setback, now);
}

Engine::Next Engine::reject(Batch batch, Refusal refusal, Time now, Doubt doubt) {
    auto const retry_at = now + retry_ladder(batch.front().refusals);
    return await(SettingAside{}, Reject{std::move(batch), std::move(refusal), retry_at, doubt});
}

/// The first key that need not be sent (again) to know that it leads nowhere, and why it does not.
std::optional<std::pair<Pending, Refusal>> Engine::first_hopeless(Batch const& batch) const {
    for (auto const& pending : batch)
        if (auto why = removals_.hopeless(pending)) return std::pair{pending, *std::move(why)};
    return std::nullopt;
}

// Ends of a step --------------------------------------------------------------------------------

Engine::Next Engine::await(Stage stage, Effect effect) {
    posture_ = Awaiting{std::move(stage)};
    return effect;
}

/// Asks the server to change its document.
Engine::Next Engine::write(Stage stage, Effect effect, Time now) {
    report_.failed_write.reset();
    return request(std::move(stage), std::move(effect), now);
}

/// Asks the server for something, within the budget.
Engine::Next Engine::request(Stage stage, Effect effect, Time now) {
    bool const is_paid = std::exchange(round_.is_paid, false) || schedule_.pay(now);
    if (!is_paid) return rest(schedule_.out_of_budget(now));
    return await(std::move(stage), std::move(effect));
}

/// A wish during a round is for a look that begins after the round.
Resting Engine::unless_asked(Resting resting, Time now) const {
    return wish_ == Wish::ask ? schedule_.soonest(now) : resting;
}

Engine::Next Engine::rest(Resting resting) {
    posture_ = resting;
    if (is_paused_) posture_ = Paused{};
    return std::nullopt;
}

}  // namespace settings::sync
