#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

#include "tests/sync/engine/effect_text.h"
#include "tests/sync/engine/fake_device.h"

namespace settings::sync {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;

/// A device in a world where anything may happen at any moment. One seed, one story.
class Walk {
  public:
    explicit Walk(std::uint32_t seed) : device{seed}, random_{seed} {
        device.interfere = [this](Effect const& effect) { return fault(effect); };
        device.meanwhile = [this] {
            if (one_in(6)) happen();
        };
    }

    void run(int steps) {
        for (int step = 0; step < steps && device.faults.empty(); ++step) {
            if (one_in(10)) change_weather();
            if (one_in(2)) happen();
            if (one_in(60)) device.restart();
            sleep();
        }
    }

    /// From now on all is well: whatever is pending must arrive.
    void heal() {
        faults_in_hundred_ = 0;
        device.server.poison.clear();
        device.server.refuses_everything = device.server.ignores_removals = false;
        device.server.most_keys = SIZE_MAX;
        device.store.hold.reset();
        device.meanwhile = [] {};
        ++device.token.generation;
        device.token.renewable = false;
        device.token.renew_at.reset();
        device.engine.token_changed(device.token, device.now);
        device.engine.network_changed(true, device.now);
        device.engine.resume(device.now);
    }

    FakeDevice device;

  private:
    bool one_in(unsigned chances) { return random_() % chances == 0; }

    void change_weather() {
        constexpr unsigned levels[] = {0, 0, 5, 30, 100};
        faults_in_hundred_ = levels[random_() % 5];
        device.server.refuses_everything = one_in(8);
        device.server.ignores_removals = one_in(6);
        device.server.most_keys = one_in(4) ? 1 + random_() % 4 : SIZE_MAX;
        device.server.poison.clear();
        while (one_in(2)) device.server.poison.insert(key());
    }

    /// Goes to the end of the rest, or to some moment before or after.
    void sleep() {
        if (one_in(3)) {
            device.now += Time{static_cast<Time::rep>(random_() % 30'000)};
            auto const* resting = std::get_if<Resting>(&device.engine.posture());
            if (resting == nullptr || resting->until > device.now) return;
        }
        if (std::holds_alternative<Paused>(device.engine.posture()))
            device.engine.resume(device.now);
        device.round();
    }

    std::string key() { return std::string(1, static_cast<char>('a' + random_() % 12)); }

    void happen() {
        auto& engine = device.engine;
        auto const now = device.now;
        switch (random_() % 16) {
            case 0: engine.sync_now(now); break;
            case 1: engine.network_changed(!one_in(3), now); break;
            case 2: engine.woke_up(now); break;
            case 3: engine.pause(); break;
            case 4: engine.resume(now); break;
            case 5: engine.decide(one_in(2) ? Verdict::apply : Verdict::refuse, now); break;
            case 6: change_token(); break;
            case 7: device.store.look_at = now + 1min; break;
            case 8: device.server.document[key()] = random_() % 4; break;
            case 9:
                if (one_in(4)) device.store.hold = MassChange{4, 0, 4};
                break;
            default:
                device.edit(key(), one_in(4) ? std::nullopt : std::optional{Json(random_() % 4)});
        }
    }

    void change_token() {
        auto& token = device.token;
        token.generation = one_in(4) ? 0 : token.generation + 1;
        token.renewable = one_in(2);
        token.renew_at.reset();
        if (one_in(2))
            token.renew_at = device.now + Time{static_cast<Time::rep>(random_() % 60'000)};
        device.engine.token_changed(token, device.now);
    }

    std::optional<Event> fault(Effect const& effect) {
        if (random_() % 100 >= faults_in_hundred_) return std::nullopt;
        if (!is_request(effect)) {
            if (!one_in(20)) return std::nullopt;
            return Failed{{Fault::storage, "disk"}};
        }
        if (one_in(4)) device.lose_answer(effect);
        constexpr std::pair<Fault, unsigned> faults[] = {
            {Fault::offline, 0},        {Fault::untrusted, 0},      {Fault::unknown_outcome, 0},
            {Fault::server_error, 500}, {Fault::server_error, 503}, {Fault::impostor, 200},
            {Fault::refused, 400},      {Fault::too_large, 413},    {Fault::unauthorized, 401},
            {Fault::forbidden, 403},    {Fault::missing, 404}};
        auto const& [kind, status] = faults[random_() % std::size(faults)];
        Failure failure{kind, "it failed", status};
        failure.token = device.token.generation - (one_in(10) ? 1 : 0);
        if (one_in(4)) failure.retry_after = Time{static_cast<Time::rep>(random_() % 100'000)};
        return Failed{failure};
    }

    std::mt19937 random_;
    unsigned faults_in_hundred_ = 0;
};

/// Seeds of this run: a fixed row, and one row that is new each time.
std::vector<std::uint32_t> seeds(std::uint32_t count) {
    std::vector<std::uint32_t> row;
    auto const fresh = std::random_device{}();
    for (std::uint32_t n = 0; n < count; ++n) {
        row.push_back(n);
        row.push_back(fresh + n);
    }
    return row;
}

TEST(EngineWalkTest, WhateverHappensItIsNeverStuckAndAllArrivesInTheEnd) {
    for (auto const seed : seeds(120)) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Walk walk{seed};
        walk.run(150);
        ASSERT_THAT(walk.device.faults, IsEmpty());

        walk.heal();
        walk.device.run_until(walk.device.now + 49h);

        ASSERT_THAT(walk.device.faults, IsEmpty());
        ASSERT_TRUE(walk.device.store.is_synced(walk.device.server.document))
            << text(walk.device.engine.posture());
        ASSERT_THAT(walk.device.store.set_aside(), IsEmpty());
    }
}

TEST(EngineWalkTest, ItsRequestsStayWithinTheBudget) {
    for (auto const seed : seeds(40)) {
        SCOPED_TRACE("seed " + std::to_string(seed));
        Walk walk{seed};
        walk.run(400);

        auto const& made = walk.device.requests;
        for (std::size_t from = 0; from < made.size(); ++from)
            for (std::size_t to = from; to < made.size() && to < from + 200; ++to)
                ASSERT_LE(Budget::usual_interval * (to - from + 1),
                          Budget::usual_interval * Budget::capacity + made[to] - made[from]);
    }
}

TEST(EngineWalkTest, AFlutteringNetworkStaysWithinTheBudget) {
    FakeDevice device;
    device.interfere = [](Effect const& effect) -> std::optional<Event> {
        if (!is_request(effect)) return {};
        return Failed{{Fault::offline, "no route"}};
    };
    device.edit("a", 1);
    while (device.now < 1h) {
        device.engine.network_changed(device.now / 1s % 2 == 0, device.now);
        auto const* resting = std::get_if<Resting>(&device.engine.posture());
        if (resting != nullptr && resting->until <= device.now) device.round();
        device.now = (device.now / 1s + 1) * 1s;
    }

    EXPECT_LE(device.requests.size(), 60U + 3'600 / 50);
    EXPECT_THAT(device.faults, IsEmpty());
}

TEST(EngineWalkTest, AQuietDeviceMakesFewRequests) {
    FakeDevice device;
    device.edit("a", 1);

    device.run_until(24h);

    EXPECT_GE(device.requests.size(), 24U * 60 / 35);
    EXPECT_LE(device.requests.size(), 24U * 60 / 25 + 3);
    EXPECT_THAT(device.faults, IsEmpty());
}

TEST(EngineWalkTest, AnEditOnAHealthyNetworkArrivesSoon) {
    FakeDevice device;
    device.run_until(1h);

    for (int n = 0; n < 50; ++n) {
        device.edit("a", n);
        auto const edited = device.now;
        device.round();
        EXPECT_EQ(device.server.document["a"], n);
        EXPECT_LE(device.now - edited, 3s);
        device.run_until(device.now + 60s);
    }
}

}  // namespace
}  // namespace settings::sync
