#include "tests/fleet/machine.h"

#include <algorithm>
#include <type_traits>
#include <utility>

namespace settings::fleet {
namespace {

using namespace std::chrono_literals;

constexpr char const* usual_key = "theme";
constexpr char const* poison_key = "poison";

sync::TokenState token(std::uint64_t generation) { return {generation, true, std::nullopt, {}}; }

bool is_the_stores(sync::Effect const& effect) {
    return std::visit(
        [](auto const& asked) {
            return std::is_constructible_v<sync::StoreEffect, decltype(asked)>;
        },
        effect);
}

sync::StoreEffect as_the_stores(sync::Effect effect) {
    return std::visit(
        [](auto&& asked) -> sync::StoreEffect {
            if constexpr (std::is_constructible_v<sync::StoreEffect, decltype(asked)>)
                return std::forward<decltype(asked)>(asked);
            else
                return sync::Remember{};
        },
        std::move(effect));
}

}  // namespace

Machine::Machine(Options const& options, std::uint32_t seed, Time clock, bool is_online)
    : clock_{clock}, engine_{options, seed, sync::Memory{}, token(1), clock} {
    if (!is_online) engine_.network_changed(false, clock);
}

std::optional<Call> Machine::wake(Time now) {
    auto const due = wakes_at();
    if (!due || *due > now) return std::nullopt;
    return feed(sync::Woke{}, now);
}

std::optional<Call> Machine::hear(Reply const& reply, Time now) {
    if (asked_.kind == Call::Kind::renew && reply.status == 200) {
        ++generation_;
        return feed(sync::Renewed{token(generation_)}, now);
    }
    if (asked_.kind == Call::Kind::put && reply.status != 200) look_at_ = clock(now) + 1min;
    return feed(event_for(reply), now);
}

void Machine::edit(Time now) {
    ++edits_;
    if (!waits_since_) waits_since_ = now;
    engine_.edited(clock(now), {usual_key});
}

void Machine::edit_poison(Time now) {
    poison_ = Poison::pending;
    engine_.edited(clock(now), {poison_key});
}

void Machine::route(bool is_up, Time now) { engine_.network_changed(is_up, clock(now)); }

std::optional<Time> Machine::wakes_at() const {
    auto const* resting = std::get_if<sync::Resting>(&engine_.posture());
    if (resting == nullptr) return std::nullopt;
    return resting->until - clock_;
}

/// The store answers at once, so that only the service is waited for.
std::optional<Call> Machine::feed(sync::Event event, Time now) {
    auto effect = engine_.handle(std::move(event), clock(now));
    while (effect && is_the_stores(*effect))
        effect = engine_.handle(in_store(as_the_stores(*std::move(effect)), now), clock(now));
    if (!effect) return std::nullopt;
    asked_ = call_for(*effect);
    return asked_;
}

sync::Event Machine::in_store(sync::StoreEffect const& effect, Time now) {
    if (auto const* asked = std::get_if<sync::Reconcile>(&effect)) {
        if (look_at_ && *look_at_ <= clock(now)) look_at_.reset();
        return Reconciled{.owner = asked->look.owner};
    }
    if (auto const* asked = std::get_if<sync::Freeze>(&effect)) {
        auto batch = pending();
        auto const skipped = std::min(asked->selection.skip, batch.size());
        batch.erase(batch.begin(), batch.begin() + static_cast<std::ptrdiff_t>(skipped));
        batch.resize(std::min(batch.size(), asked->selection.max_keys));
        edits_sent_ = edits_;
        return Frozen{std::move(batch), false, backlog()};
    }
    if (auto const* asked = std::get_if<sync::Settle>(&effect)) {
        for (auto const& sent : asked->batch)
            if (sent.key == usual_key) edits_at_service_ = edits_sent_;
        if (edits_at_service_ == edits_) waits_since_.reset();
        look_at_ = clock(now) + 5s;  // as the store asks for, to see what was accepted
        return sync::Settled{backlog()};
    }
    if (auto const* asked = std::get_if<sync::Reject>(&effect)) {
        for (auto const& refused : asked->batch)
            if (refused.key == poison_key) poison_ = Poison::set_aside;
        return SetAside{asked->batch.size()};
    }
    return sync::Remembered{};
}

Call Machine::call_for(sync::Effect const& effect) const {
    Call call{.kind = Call::Kind::look, .generation = generation_};
    if (std::holds_alternative<sync::Renew>(effect)) call.kind = Call::Kind::renew;
    if (auto const* put = std::get_if<sync::Put>(&effect)) {
        call.kind = Call::Kind::put;
        call.has_poison = put->values.contains(poison_key);
    }
    return call;
}

sync::Event Machine::event_for(Reply const& reply) const {
    if (reply.status == 200)
        return asked_.kind == Call::Kind::look ? sync::Event{sync::Fetched{Json::object()}}
                                               : sync::Event{sync::Accepted{}};
    sync::Failure failure{sync::Fault::server_error, "", reply.status, reply.retry_after,
                          asked_.generation};
    if (reply.status == 0) failure.fault = sync::Fault::offline;
    if (reply.status == 400) failure.fault = sync::Fault::refused;
    if (reply.status == 401) failure.fault = sync::Fault::unauthorized;
    return sync::Failed{std::move(failure)};
}

Backlog Machine::backlog() const { return {pending().size(), std::nullopt, look_at_}; }

Batch Machine::pending() const {
    Batch batch;
    if (edits_at_service_ != edits_) batch.push_back({usual_key, Json(edits_), std::nullopt});
    if (poison_ == Poison::pending) batch.push_back({poison_key, Json(1), std::nullopt});
    return batch;
}

}  // namespace settings::fleet
