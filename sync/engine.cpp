#include "sync/engine.h"

#include <algorithm>
#include <cassert>
#include <utility>

namespace settings::sync {
namespace {

constexpr Time look_again_at_a_stop = std::chrono::hours{24};

/// After this many failures of the same values the server's word is final.
constexpr unsigned strikes_until_rejected = 2;

struct Name {
    char const* operator()(Fetch const&) const { return "the server's document"; }
    char const* operator()(Reconcile const&) const { return "the merge"; }
    char const* operator()(Freeze const&) const { return "the store"; }
    char const* operator()(Put const&) const { return "the server's answer to a PUT"; }
    char const* operator()(Delete const&) const { return "the server's answer to a DELETE"; }
    char const* operator()(Settle const&) const { return "the store"; }
    char const* operator()(Reject const&) const { return "the store"; }
};

}  // namespace

Engine::Engine(Options options, std::uint32_t seed, Time now)
    : options_{options}, backoff_{options.backoff, seed}, posture_{Resting{now, Rest::due}} {}

std::optional<Effect> Engine::handle(Event event, Time now) {
    bool const starts = std::holds_alternative<Woke>(event);
    assert(starts == !std::holds_alternative<Awaiting>(posture_));
    return std::visit([&](auto& happened) { return on(std::move(happened), now); }, event);
}

Engine::Next Engine::on(Woke, Time now) {
    auto const* resting = std::get_if<Resting>(&posture_);
    if (resting == nullptr || now < resting->until) return std::nullopt;
    new_credentials_ = false;
    struck_in_this_round_ = false;
    batch_.clear();
    ++report_.rounds_begun;
    return await(Fetch{});
}

Engine::Next Engine::on(Fetched fetched, Time) {
    return await(Reconcile{std::move(fetched.remote)});
}

Engine::Next Engine::on(Reconciled, Time) {
    first_edit_.reset();  // whatever is pending by now is in the next Freeze
    return freeze();
}

Engine::Next Engine::on(Frozen frozen, Time now) {
    batch_ = std::move(frozen.batch);
    more_ = frozen.more;
    auto stuck = still_stuck(batch_);
    if (stuck.empty()) strikes_ = 0;
    if (strikes_ >= strikes_until_rejected) {
        strikes_ = 0;
        return await(Reject{std::move(stuck), std::move(words_)});
    }
    if (batch_.empty()) return finish(now);
    if (strikes_ > 0 && struck_in_this_round_) return back_off(now);
    plan_ = plan(batch_);
    has_removed_ = !plan_.removed.empty();
    return send();
}

Engine::Next Engine::on(Accepted, Time) {
    if (!plan_.put.empty() || !plan_.removed.empty()) return send();
    if (!has_removed_) return await(Settle{std::move(batch_)});
    // A 200 does not say that a key is gone: paths may mean something else over there.
    strike({200, "the server accepted the removal, and still has it"});
    return await(Fetch{});
}

Engine::Next Engine::on(Settled, Time now) {
    strikes_ = 0;
    if (more_) return freeze();
    return finish(now);
}

Engine::Next Engine::on(Rejected, Time) { return freeze(); }

Engine::Next Engine::on(Failed failed, Time now) {
    auto& failure = failed.failure;
    report_.last_failure = failure;
    report_.last_failure_at = now;
    if (failure.retry_after) not_before_ = now + *failure.retry_after;

    switch (failure.fault) {
        case Fault::unauthorized:
            if (new_credentials_) return rest(as_soon_as_allowed(now), Rest::due);
            posture_ = Held{failure.message};
            return std::nullopt;
        case Fault::forbidden:
        case Fault::missing: return rest(now + look_again_at_a_stop, Rest::stopped);
        case Fault::refused: return batch_.empty() ? back_off(now) : on_refusal(failure, now);
        case Fault::too_large: return batch_.empty() ? back_off(now) : on_too_large(failure, now);
        default: return back_off(now);
    }
}

/// A 400 reads like a general failure, so the same values get a second try before they are
/// suspected, and a look at the document decides what of them the server really lacks. It comes
/// at once for removals: a server may refuse to remove what the PUT before has replaced.
Engine::Next Engine::on_refusal(Failure const& failure, Time now) {
    bool const of_removals = has_removed_ && plan_.removed.empty();
    strike({failure.status, failure.message});
    bool const may_look = now >= not_before_;
    if (may_look && (of_removals || strikes_ >= strikes_until_rejected)) return await(Fetch{});
    return back_off(now);
}

/// A 413 was not carried out, so the same keys may go in smaller batches at once.
Engine::Next Engine::on_too_large(Failure const& failure, Time now) {
    if (batch_.size() == 1) return on_refusal(failure, now);
    max_keys_ = batch_.size() / 2;
    return now < not_before_ ? back_off(now) : freeze();
}

void Engine::edited(Time now) {
    if (!first_edit_) first_edit_ = now;
    last_edit_ = now;
    auto const* resting = std::get_if<Resting>(&posture_);
    if (resting == nullptr) return;
    if (resting->why == Rest::idle)
        rest(std::max(std::min(resting->until, debounced(now)), not_before_), Rest::debounce);
    else if (resting->why == Rest::debounce)
        rest(std::max(debounced(now), not_before_), Rest::debounce);
}

void Engine::credentials_changed(Time now) {
    new_credentials_ = true;
    auto const* resting = std::get_if<Resting>(&posture_);
    bool const is_stopped = resting != nullptr && resting->why == Rest::stopped;
    if (is_stopped || std::holds_alternative<Held>(posture_))
        rest(as_soon_as_allowed(now), Rest::due);
}

void Engine::sync_now(Time now) {
    asked_ = std::holds_alternative<Awaiting>(posture_);
    if (!asked_) rest(as_soon_as_allowed(now), now < not_before_ ? Rest::backoff : Rest::due);
}

void Engine::configure(Options options) {
    options_ = options;
    backoff_.configure(options.backoff);
}

Engine::Report Engine::report() const {
    auto report = report_;
    report.failures = backoff_.failures();
    return report;
}

Engine::Next Engine::await(Effect effect) {
    posture_ = Awaiting{std::visit(Name{}, effect)};
    return effect;
}

Engine::Next Engine::freeze() { return await(Freeze{max_keys_}); }

Engine::Next Engine::back_off(Time now) {
    auto const wait = backoff_.next();
    if (std::exchange(asked_, false)) return rest(as_soon_as_allowed(now), Rest::backoff);
    return rest(std::max(now + wait, not_before_), Rest::backoff);
}

Engine::Next Engine::rest(Time until, Rest why) {
    posture_ = Resting{until, why};
    return std::nullopt;
}

/// The next request of the plan. Values go before removals, so that a reader of the server's
/// document sees a moved value twice rather than not at all.
Engine::Next Engine::send() {
    if (!plan_.put.empty()) return await(Put{std::exchange(plan_.put, Json::object())});
    return await(Delete{std::exchange(plan_.removed, {})});
}

/// The round left nothing behind, but for what was edited while it went.
Engine::Next Engine::finish(Time now) {
    backoff_.reset();
    report_.last_success = now;
    report_.last_clean_round = report_.rounds_begun;
    if (std::exchange(asked_, false)) return rest(as_soon_as_allowed(now), Rest::due);
    if (first_edit_) return rest(debounced(now), Rest::debounce);
    auto const spread = options_.look_every / 3;
    return rest(now + options_.look_every - spread / 2 + backoff_.jitter(spread), Rest::idle);
}

/// Who was suspected before stays alone under suspicion: whatever else was in the batch has failed
/// only once.
void Engine::strike(Refusal refusal) {
    auto stuck = still_stuck(batch_);
    if (stuck.empty()) strikes_ = 0;
    suspects_ = stuck.empty() ? std::move(batch_) : std::move(stuck);
    batch_.clear();
    ++strikes_;
    struck_in_this_round_ = true;
    words_ = std::move(refusal);
}

/// The suspects that stand in `batch` with the value that they had.
Batch Engine::still_stuck(Batch const& batch) const {
    Batch stuck;
    for (auto const& suspect : suspects_)
        if (std::any_of(batch.begin(), batch.end(), [&](Pending const& pending) {
                return pending.key == suspect.key && pending.local == suspect.local;
            }))
            stuck.push_back(suspect);
    return stuck;
}

Time Engine::as_soon_as_allowed(Time now) const { return std::max(now, not_before_); }

Time Engine::debounced(Time now) const {
    return std::max(now,
                    std::min(last_edit_ + options_.debounce, *first_edit_ + options_.debounce_cap));
}

}  // namespace settings::sync
