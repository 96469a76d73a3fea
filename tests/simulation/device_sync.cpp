// How a device performs the engine's effects.

#include <utility>

#include "daemon/effects/store_effects.h"
#include "sync/engine/wire.h"
#include "tests/simulation/device.h"
#include "tests/simulation/oracle.h"

namespace settings::simulation {
namespace {

using namespace std::chrono_literals;

sync::Failed disk_full() {
    return {{sync::Fault::storage, "there is no space left on the device"}};
}

}  // namespace

std::string describe(sync::Posture const& posture, Time clock) {
    if (std::holds_alternative<sync::Paused>(posture)) return "is paused";
    auto const* resting = std::get_if<sync::Resting>(&posture);
    if (resting == nullptr) return "is at work";
    return std::string{"rests: "} + name_of(resting->why) + ", for " +
           std::to_string((resting->until - clock).count()) + " ms";
}

/// Lets the engine decide what follows from an event.
void Device::feed(sync::Event event) {
    if (auto const* failed = std::get_if<sync::Failed>(&event)) {
        troubled_at_ = world_.now();
        oracle_.failed(*this, failed->failure, is_renewing());
        world_.tell(name_, [&] { return "failed: " + failed->failure.message; });
    }
    step_.reset();
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
    step_ = std::visit([](auto& asked) -> Step { return std::move(asked); }, effect);
    ++incarnation_;
    if (is_requesting())
        request();
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
    auto event = perform(std::get<sync::StoreEffect>(*step_));
    if (!engine_) return;
    if (crashes_here()) return crash("after a commit");
    feed(std::move(event));
}

sync::Event Device::perform(sync::StoreEffect const& effect) {
    sync::Event event;
    oracle_.asked(*this, effect);
    auto const work = [&](store::Ledger& ledger, std::string const& memory) {
        event = daemon::carry_out(ledger, effect, memory, clock());
    };
    if (!write(work)) return disk_full();
    oracle_.carried_out(*this, event);
    return event;
}

bool Device::write(std::function<void(store::Ledger&, std::string const& memory)> const& work) {
    auto memory = engine_->memory();
    memory.clock = sync::ClockReading{boot_id(), since_boot(), clock()};
    auto const whole = [&, text = sync::to_text(memory)](store::Ledger& ledger) {
        work(ledger, text);
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

void Device::note_memory() {
    (void)write(
        [](store::Ledger& ledger, std::string const& memory) { ledger.memory().remember(memory); });
}

// The server ------------------------------------------------------------------------------------

void Device::request() {
    if (crashes_here()) return crash("before the first byte");
    auto const* effect = std::get_if<sync::WireEffect>(&*step_);
    if (effect != nullptr) {
        if (auto stranger = sync::refuse_stranger(*effect, wallet_.owner()))
            return refuse(*std::move(stranger));
    }
    auto call = next_call();
    oracle_.requested(*this, call);
    auto const receive = [this, incarnation = incarnation_, generation = wallet_.generation(),
                          owner = wallet_.owner()](Reply reply) {
        if (incarnation != incarnation_ || is_asleep_) return;
        asked_as_ = owner;
        answered(std::move(reply), generation);
    };
    network_.send(std::move(call), receive);
    if (crashes_here()) crash("with a request on its way");
}

/// Nothing is sent. What the engine hears of it, it hears in a turn of its own.
void Device::refuse(sync::Failure stranger) {
    world_.after(0ms, [this, incarnation = incarnation_, stranger = std::move(stranger)] {
        if (incarnation == incarnation_ && !is_asleep_) feed(sync::Failed{stranger});
    });
}

Call Device::next_call() const {
    auto const* effect = std::get_if<sync::WireEffect>(&*step_);
    auto const request = effect ? sync::request_for(*effect) : wallet_.renewal();
    Call call{request.method, request.target, request.body, wallet_.grant().access};
    call.device = number_;
    call.read = read_;
    call.sent = world_.now();
    return call;
}

void Device::answered(Reply reply, std::uint64_t generation) {
    if (crashes_here()) return crash("with an answer in hand");
    if (auto* failure = std::get_if<sync::Failure>(&reply.outcome))
        return feed(sync::Failed{std::move(*failure)});
    oracle_.answered(*this, std::get<sync::Answer>(reply.outcome));
    auto event = reply.document ? sync::Fetched{*std::move(reply.document)}
                                : read(std::get<sync::Answer>(reply.outcome));
    if (auto* failed = std::get_if<sync::Failed>(&event)) {
        failed->failure.token = generation;
        if (failed->failure.fault == sync::Fault::unauthorized)
            (is_renewing() ? refused_renewal_ : refused_token_) = generation;
    } else if (auto* fetched = std::get_if<sync::Fetched>(&event)) {
        fetched->owner = asked_as_;
        if (asked_as_ != Wallet{}.owner()) return feed(std::move(event));
        read_ = reply.read;
    }
    feed(std::move(event));
}

sync::Event Device::read(sync::Answer const& answer) {
    if (is_renewing()) return renewed(answer);
    return sync::event_for(std::get<sync::WireEffect>(*step_), answer);
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
