// How a device performs the engine's effects.

#include <utility>

#include "model/limits.h"
#include "tests/simulation/device.h"
#include "tests/simulation/oracle.h"

namespace settings::simulation {
namespace {

using namespace std::chrono_literals;

bool is_request(sync::Effect const& effect) {
    return std::holds_alternative<sync::Renew>(effect) ||
           std::holds_alternative<sync::Fetch>(effect) ||
           std::holds_alternative<sync::Put>(effect) ||
           std::holds_alternative<sync::Delete>(effect);
}

sync::Failed disk_full() {
    return {{sync::Fault::storage, "there is no space left on the device"}};
}

struct ToCall {
    Call operator()(sync::Fetch const&) const { return {"GET", settings_target, "", ""}; }
    Call operator()(sync::Put const& put) const {
        return {"PUT", settings_target, to_text(put.body), ""};
    }
    Call operator()(sync::Delete const& removal) const {
        return {"DELETE", settings_target, to_text({{"keys", removal.paths}}), ""};
    }
    Call operator()(auto const&) const { return {"POST", refresh_target, "", ""}; }
};

}  // namespace

std::string describe(sync::Posture const& posture, Time clock) {
    auto const* resting = std::get_if<sync::Resting>(&posture);
    if (resting == nullptr) return "is paused";
    return std::string{"rests: "} + name_of(resting->why) + ", for " +
           std::to_string((resting->until - clock).count()) + " ms";
}

/// Lets the engine decide what follows from an event.
void Device::feed(sync::Event event) {
    if (auto const* failed = std::get_if<sync::Failed>(&event)) {
        troubled_at_ = world_.now();
        oracle_.failed(*this, failed->failure);
        world_.tell(name_, [&] { return "failed: " + failed->failure.message; });
    }
    effect_.reset();
    auto effect = engine_->handle(std::move(event), clock());
    if (effect) return begin(*std::move(effect));
    settle_down();
}

/// The engine rests; or it was woken too early.
void Device::settle_down() {
    world_.tell(name_, [&] { return describe(engine_->posture(), clock()); });
    arm();
    oracle_.watch(*this);
}

void Device::begin(sync::Effect effect) {
    effect_ = std::move(effect);
    is_requesting_ = is_request(*effect_);
    ++incarnation_;
    if (is_requesting_)
        request(*effect_);
    else
        world_.after(world_.dice().between(0ms, 20ms), [this, incarnation = incarnation_] {
            if (incarnation == incarnation_ && !is_asleep_) store();
        });
    bool const is_disturbed = faulty_ && world_.dice().chance(climate_.edit_at_step);
    if (engine_ && is_disturbed && at_each_step_) at_each_step_();
}

/// Sleeps until the engine's rest is over. A rest that became longer is found out when it ends.
void Device::arm() {
    auto const* resting = std::get_if<sync::Resting>(&engine_->posture());
    if (resting == nullptr) return;
    auto const until = world_.now() + std::max(Time{0}, resting->until - clock());
    if (armed_for_ && *armed_for_ <= until) return;
    armed_for_ = until;
    world_.after(until - world_.now(), [this, timer = ++timer_] {
        if (timer != timer_ || is_asleep_) return;
        armed_for_.reset();
        auto const* now_resting = std::get_if<sync::Resting>(&engine_->posture());
        if (now_resting == nullptr) return;
        if (clock() < now_resting->until) return arm();
        feed(sync::Woke{});
    });
}

// Its own disk ----------------------------------------------------------------------------------

void Device::store() {
    if (crashes_here()) return crash("before a commit");
    auto event = std::visit([this](auto const& effect) { return perform(effect); }, *effect_);
    if (!engine_) return;
    if (crashes_here()) return crash("after a commit");
    feed(std::move(event));
}

sync::Event Device::perform(sync::Remember const& effect) {
    if (!write({}, effect.memory, effect.in_doubt)) return disk_full();
    return sync::Remembered{};
}

sync::Event Device::perform(sync::Reconcile const& effect) {
    auto const pending = disk_.dirty();
    Reconciled outcome;
    auto const merge = [&](store::Mirror& mirror) {
        outcome = mirror.reconcile(effect.remote, clock(), effect.winner, effect.verdict);
    };
    oracle_.reconciles(*this, effect.remote, effect.verdict);
    if (!write(merge, engine_->memory())) return disk_full();
    oracle_.reconciled(*this, pending, effect.verdict, outcome);
    return outcome;
}

sync::Event Device::perform(sync::Freeze const& effect) {
    Frozen frozen;
    auto const freeze = [&](store::Mirror& mirror) {
        frozen = mirror.freeze(effect.selection, limits::batch_bytes, clock());
    };
    if (!write(freeze, engine_->memory())) return disk_full();
    return frozen;
}

sync::Event Device::perform(sync::Settle const& effect) {
    Backlog backlog;
    auto const settle = [&](store::Mirror& mirror) {
        backlog = mirror.settle(effect.batch, clock());
    };
    if (!write(settle, engine_->memory())) return disk_full();
    return sync::Settled{backlog};
}

sync::Event Device::perform(sync::Reject const& effect) {
    oracle_.rejects(*this, effect.batch, effect.refusal);
    SetAside set_aside;
    auto const reject = [&](store::Mirror& mirror) {
        set_aside = mirror.reject(effect.batch, effect.refusal, effect.retry_at);
    };
    if (!write(reject, engine_->memory())) return disk_full();
    return set_aside;
}

template <class Request>
sync::Event Device::perform(Request const&) {
    throw std::logic_error{"a request is not for the disk"};
}

bool Device::write(std::function<void(store::Mirror&)> const& work, sync::Memory memory,
                   bool in_doubt) {
    memory.clock = sync::ClockReading{boot_id(), since_boot(), clock()};
    auto const whole = [&](store::Ledger& ledger) {
        if (work) work(ledger.mirror());
        ledger.memory().remember(sync::to_text(memory));
        if (!in_doubt) ledger.mirror().drop_marks();
    };
    if (crashes_here()) {
        disk_.write_and_crash(whole);
        crash("within a transaction");
        return false;
    }
    if (!disk_.write(whole)) return false;
    oracle_.noted(number_, memory);
    publish();
    return true;
}

// The server ------------------------------------------------------------------------------------

void Device::request(sync::Effect const& effect) {
    if (crashes_here()) return crash("before the first byte");
    auto call = std::visit(ToCall{}, effect);
    call.device = number_;
    call.read = read_;
    call.sent = world_.now();
    call.token = wallet_.grant().access;
    if (std::holds_alternative<sync::Renew>(effect))
        call.body = to_text({{"refreshToken", wallet_.grant().refresh}});
    oracle_.requested(*this, call);
    auto const receive = [this, incarnation = incarnation_,
                          generation = wallet_.generation()](Reply reply) {
        if (incarnation != incarnation_ || is_asleep_) return;
        answered(*effect_, std::move(reply), generation);
    };
    network_.send(std::move(call), receive);
    if (crashes_here()) crash("with a request on its way");
}

void Device::answered(sync::Effect const& effect, Reply reply, std::uint64_t generation) {
    if (crashes_here()) return crash("with an answer in hand");
    if (auto* failure = std::get_if<sync::Failure>(&reply.outcome))
        return feed(sync::Failed{std::move(*failure)});
    auto const& answer = std::get<sync::Answer>(reply.outcome);
    auto event = reply.document ? sync::Fetched{*std::move(reply.document)} : read(effect, answer);
    if (auto* failed = std::get_if<sync::Failed>(&event)) {
        failed->failure.token = generation;
        if (failed->failure.fault == sync::Fault::unauthorized)
            (std::holds_alternative<sync::Renew>(effect) ? refused_renewal_ : refused_token_) =
                generation;
    } else if (std::holds_alternative<sync::Fetched>(event)) {
        read_ = reply.read;
    }
    feed(std::move(event));
}

sync::Event Device::read(sync::Effect const& effect, sync::Answer const& answer) {
    if (std::holds_alternative<sync::Renew>(effect)) return renewed(answer);
    if (std::holds_alternative<sync::Fetch>(effect)) {
        auto document = sync::read_document(answer);
        if (auto* failure = std::get_if<sync::Failure>(&document))
            return sync::Failed{std::move(*failure)};
        return sync::Fetched{std::move(std::get<Json>(document))};
    }
    if (auto refused = sync::read_acceptance(answer)) return sync::Failed{*std::move(refused)};
    return sync::Accepted{};
}

sync::Event Device::renewed(sync::Answer const& answer) {
    if (auto refused = sync::read_acceptance(answer)) return sync::Failed{*std::move(refused)};
    auto const parsed = parse_json(answer.body);
    auto const body = parsed ? *parsed : Json::object();
    wallet_.keep({body.value("accessToken", ""), body.value("refreshToken", ""),
                  Time{body.value("expiresAt", Time::rep{0})}});
    return sync::Renewed{wallet_.state(wall(), clock())};
}

bool Device::crashes_here() { return faulty_ && world_.dice().chance(climate_.crash); }

}  // namespace settings::simulation
