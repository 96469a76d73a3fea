#include "sync/engine/engine.h"

#include <algorithm>
#include <utility>

namespace settings::sync {

Engine::Engine(Options options, std::uint32_t seed, Memory const& memory, TokenState token,
               Time now)
    : options_{options},
      schedule_{options, seed, memory, now},
      token_{std::move(token)},
      posture_{schedule_.start(now)},
      is_paused_{memory.paused},
      acquaintance_{memory.said} {
    if (is_paused_) posture_ = Paused{};
    report_.last_failure.message = memory.last_failure;
}

std::optional<Effect> Engine::handle(Event event, Time now) {
    auto next = step(std::move(event), now);
    bool const was_hastened = !next && wish_ == Wish::hasten;
    if (was_hastened) wish_ = Wish::none;
    if (was_hastened && schedule_.is_failing()) hasten(now);
    return next;
}

// Hints -----------------------------------------------------------------------------------------

void Engine::edited(Time now, std::vector<std::string> const& keys) {
    schedule_.edited(now);
    auto* resting = rest_to_move();
    if (resting == nullptr) return;
    bool const is_correction = blame_.is_about(keys);
    *resting = is_correction ? schedule_.after_correction(*resting, now)
                             : schedule_.after_edit(*resting, now);
}

void Engine::token_changed(TokenState token, Time now) {
    bool const is_another = token.generation != token_.generation;
    token_ = std::move(token);
    if (is_another) acquaintance_.forget();
    auto* resting = rest_to_move();
    if (resting == nullptr) {
        if (is_another) round_.token.another_came();
        return;
    }
    schedule_.awaited();
    if (is_another && resting->why == Rest::retry_after) schedule_.probe();
    bool const was_refused =
        resting->why == Rest::backoff && report_.last_failure.fault == Fault::unauthorized;
    if (!has_token() || (is_another && (was_refused || may_end_with_a_token(resting->why))))
        *resting = schedule_.soonest(now);
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
        wish_ = std::max(wish_, Wish::hasten);
}

void Engine::sync_now(Time now) {
    wish_ = Wish::ask;
    schedule_.asked(now);
    if (auto* resting = rest_to_move()) *resting = schedule_.soonest(now);
}

/// The rest that is under way, or that begins once it is noted.
Resting* Engine::rest_to_move() {
    auto* awaiting = std::get_if<Awaiting>(&posture_);
    if (awaiting == nullptr) return std::get_if<Resting>(&posture_);
    auto* noting = std::get_if<Noting>(&awaiting->stage);
    return noting != nullptr && noting->then ? &*noting->then : nullptr;
}

void Engine::decide(Verdict verdict, Time now) {
    if (review_.decide(verdict)) sync_now(now);
}

void Engine::decided(std::optional<MassChange> rest, Time now) {
    review_.decided(std::move(rest));
    sync_now(now);
}

void Engine::decide(Meeting meeting, Exceptions exceptions, Time now) {
    if (acquaintance_.decide(meeting, std::move(exceptions))) sync_now(now);
}

void Engine::logged_in(Owner owner, std::optional<Meeting> meeting, Time now) {
    std::optional<Acquaintance::Word> word;
    if (meeting) word = {*meeting, std::move(owner)};
    acquaintance_.said(std::move(word));
    sync_now(now);
}

void Engine::pause() {
    is_paused_ = true;
    if (std::holds_alternative<Resting>(posture_)) posture_ = Paused{};
}

void Engine::resume(Time now) {
    is_paused_ = false;
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
    memory.paused = is_paused_;
    memory.said = acquaintance_.said();
    memory.last_failure = report_.last_failure.message;
    return memory;
}

Report Engine::report() const {
    auto report = report_;
    report.failures = schedule_.failures();
    report.is_online = schedule_.is_online();
    report.is_breaker_open = schedule_.is_breaker_open();
    report.refuses_everything = search_.takes_nothing();
    report.in_review = review_.held();
    report.encounter = acquaintance_.waits();
    if (!has_token()) report.token_missing = token_.missing;
    return report;
}

}  // namespace settings::sync
