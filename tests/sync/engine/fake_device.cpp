#include "tests/sync/engine/fake_device.h"

#include <algorithm>
#include <type_traits>
#include <utility>

#include "sync/engine/wire.h"
#include "tests/sync/answer.h"
#include "tests/sync/engine/effect_text.h"

namespace settings::sync {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t most_effects_of_a_round = 400;

Answer refuse(unsigned status) {
    return answer(status, R"({"success":false,"message":"that did not work"})");
}

TokenState first_token() {
    TokenState token;
    token.generation = 1;
    return token;
}

}  // namespace

bool is_request(Effect const& effect) {
    return std::holds_alternative<Fetch>(effect) || std::holds_alternative<Put>(effect) ||
           std::holds_alternative<Delete>(effect) || std::holds_alternative<Renew>(effect);
}

// The server ------------------------------------------------------------------------------------

Answer FakeServer::handle(Request const& request) {
    if (request.method == "GET")
        return answer(200, settings::to_text(Json{{"success", true}, {"settings", document}}));
    if (refuses_everything) return refuse(400);
    auto const body = parse_json(request.body).value();
    if (request.method == "DELETE")
        remove(body.at("keys"));
    else if (auto const status = objection(body))
        return refuse(*status);
    else
        document.update(body);
    return answer(200, R"({"success":true})");
}

void FakeServer::remove(Json const& keys) {
    if (ignores_removals) return;
    for (auto const& key : keys) document.erase(key.get<std::string>());
}

/// The status that a PUT is refused with, if it is.
std::optional<unsigned> FakeServer::objection(Json const& values) const {
    if (values.size() > most_keys) return 413;
    for (auto const& [key, value] : values.items()) {
        if (too_large.contains(key)) return 413;
        if (poison.contains(key)) return 400;
    }
    return std::nullopt;
}

// The store -------------------------------------------------------------------------------------

void FakeStore::edit(std::string const& key, std::optional<Json> value) {
    auto& row = rows[key];
    if (row.local == value) return;
    row.local = std::move(value);
    row.edited = ++edits_;
    row.retry_at.reset();
    row.refusals = 0;
}

Event FakeStore::carry_out(StoreEffect const& effect, std::string const& text, Time now) {
    memory = text;
    return std::visit([&](auto const& asked) { return Event{perform(asked, now)}; }, effect);
}

Reconciled FakeStore::perform(Reconcile const& merge, Time now) {
    auto const& look = merge.look;
    bool const is_anothers = contradicts(owner, look.owner);
    if (is_anothers && look.meeting.value_or(Meeting::hold) == Meeting::hold)
        return {.encounter = Encounter{Encounter::Kind::account}};
    owner = is_anothers ? look.owner : joined(owner, look.owner);
    if (hold && !look.judgement.decides(*hold)) return held_back(look.remote);
    bool const is_refused = std::exchange(hold, {}) && look.judgement.verdict == Verdict::refuse;
    held.clear();
    if (look_at && *look_at <= now) look_at.reset();
    for (auto const& [key, value] : look.remote) rows.try_emplace(key);
    for (auto& [key, row] : rows) {
        auto theirs = look.remote.value(key);
        if (row.local == row.mirror && !is_refused) row.local = theirs;
        row.mirror = std::move(theirs);
        if (row.local == row.mirror) row.retry_at.reset();
    }
    return {.owner = owner};
}

/// Leaves the keys alone that differ from what is known of the server.
Reconciled FakeStore::held_back(Texts const& remote) {
    held.clear();
    for (auto const& [key, row] : rows)
        if (row.mirror != remote.value(key)) held.insert(key);
    return {.held = hold, .owner = owner};
}

std::vector<std::string> FakeStore::pending() const {
    std::vector<std::string> keys;
    for (auto const& [key, row] : rows)
        if (row.local != row.mirror && !row.retry_at && !held.contains(key)) keys.push_back(key);
    auto const by_edit = [this](auto const& one, auto const& other) {
        return rows.at(one).edited < rows.at(other).edited;
    };
    std::sort(keys.begin(), keys.end(), by_edit);
    return keys;
}

Frozen FakeStore::perform(Freeze const& freeze, Time now) {
    auto const& selection = freeze.selection;
    Frozen frozen;
    auto take = [&](std::string const& key) {
        auto const& row = rows.at(key);
        frozen.batch.push_back({key, row.local, row.mirror, row.refusals});
    };
    auto const keys = pending();
    for (auto n = selection.skip; n < keys.size() && frozen.batch.size() < selection.max_keys; ++n)
        take(keys[n]);
    if (frozen.batch.empty() && selection.skip == 0) {
        for (auto const& [key, row] : rows) {
            if (!row.retry_at || *row.retry_at > now) continue;
            take(key);
            frozen.retry = true;
            break;
        }
    }
    frozen.backlog = backlog();
    return frozen;
}

Settled FakeStore::perform(Settle const& settle, Time) {
    for (auto const& sent : settle.batch) {
        auto& row = rows.at(sent.key);
        row.mirror = sent.local;
        if (row.local == row.mirror) row.retry_at.reset();
    }
    return {backlog()};
}

SetAside FakeStore::perform(Reject const& reject, Time) {
    SetAside set_aside;
    for (auto const& refused : reject.batch) {
        auto& row = rows.at(refused.key);
        if (row.local != refused.local || row.local == row.mirror) continue;
        row.retry_at = reject.retry_at;
        ++row.refusals;
        ++set_aside.keys;
    }
    return set_aside;
}

Backlog FakeStore::backlog() const {
    Backlog backlog;
    backlog.pending = pending().size();
    backlog.look_at = look_at;
    for (auto const& [key, row] : rows)
        if (row.retry_at)
            backlog.next_retry =
                std::min(*row.retry_at, backlog.next_retry.value_or(*row.retry_at));
    return backlog;
}

std::vector<std::string> FakeStore::set_aside() const {
    std::vector<std::string> keys;
    for (auto const& [key, row] : rows)
        if (row.retry_at) keys.push_back(key);
    return keys;
}

bool FakeStore::is_synced(Json const& document) const {
    return std::all_of(rows.begin(), rows.end(), [&](auto const& each) {
        return each.second.local == copy_of(member(&document, each.first));
    });
}

// The device ------------------------------------------------------------------------------------

FakeDevice::FakeDevice(std::uint32_t seed, Memory const& memory)
    : token{first_token()}, engine{{}, seed, memory, token, now}, seed_{seed} {}

void FakeDevice::edit(std::string const& key, std::optional<Json> value) {
    store.edit(key, std::move(value));
    if (store.backlog().pending > 0) engine.edited(now);
}

void FakeDevice::restart() { engine = Engine{{}, ++seed_, memory_from(store.memory), token, now}; }

std::vector<std::string> FakeDevice::round() {
    std::vector<std::string> done;
    if (auto const* resting = std::get_if<Resting>(&engine.posture()))
        now = std::max(now, resting->until);
    for (auto effect = tell(Woke{}); effect;) {
        done.push_back(text(*effect));
        if (done.size() > most_effects_of_a_round) {
            faults.push_back("a round without end");
            break;
        }
        auto event = perform(*effect);
        meanwhile();
        effect = tell(std::move(event));
    }
    done.push_back(text(engine.posture()));
    return done;
}

void FakeDevice::run_until(Time end) {
    while (faults.empty()) {
        auto const* resting = std::get_if<Resting>(&engine.posture());
        if (resting == nullptr || resting->until > end) break;
        round();
    }
    now = end;
}

std::optional<Effect> FakeDevice::tell(Event event) {
    auto effect = engine.handle(std::move(event), now);
    check(effect);
    return effect;
}

/// What holds at every moment.
void FakeDevice::check(std::optional<Effect> const& effect) {
    auto const& posture = engine.posture();
    if (effect.has_value() != std::holds_alternative<Awaiting>(posture))
        faults.push_back("an effect and no wait for its answer, or the other way round");
    auto const* resting = std::get_if<Resting>(&posture);
    if (resting != nullptr && (resting->until < Time{0} || resting->until > now + 24h))
        faults.push_back("a rest without end");
}

Event FakeDevice::perform(Effect const& effect) {
    if (is_request(effect)) {
        requests.push_back(now);
        now += 50ms;
    }
    if (interfere) {
        if (auto event = interfere(effect)) return *std::move(event);
    }
    return std::visit([this](auto const& asked) { return carry_out(asked); }, effect);
}

Event FakeDevice::carry_out(StoreEffect const& effect) {
    return store.carry_out(effect, to_text(engine.memory()), now);
}

Event FakeDevice::carry_out(WireEffect const& effect) {
    // A document that is printed and parsed at each look would be half of what a walk costs.
    if (std::holds_alternative<Fetch>(effect)) return Fetched{server.document};
    auto event = event_for(effect, server.handle(request_for(effect)));
    if (auto* failed = std::get_if<Failed>(&event)) failed->failure.token = token.generation;
    return event;
}

Event FakeDevice::carry_out(Renew const&) {
    ++token.generation;
    return Renewed{token};
}

void FakeDevice::lose_answer(Effect const& effect) {
    auto const send = [this](auto const& asked) {
        if constexpr (std::is_convertible_v<decltype(asked), WireEffect>)
            static_cast<void>(server.handle(request_for(asked)));
    };
    std::visit(send, effect);
}

}  // namespace settings::sync
