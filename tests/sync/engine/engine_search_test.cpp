#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/sync/engine/fake_device.h"

namespace settings::sync {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

class EngineSearchTest : public testing::Test {
  protected:
    void TearDown() override { EXPECT_THAT(device.faults, IsEmpty()); }

    static std::string key(int number) {
        auto const digits = std::to_string(number);
        return "k" + std::string(3 - digits.size(), '0') + digits;
    }
    void edit(int keys) {
        for (int n = 0; n < keys; ++n) device.edit(key(n), Json(1));
    }

    FakeDevice device;
};

TEST_F(EngineSearchTest, OnePoisonKeyAmongManyIsFoundWithFewRequests) {
    for (int const guilty : {0, 1, 99, 100, 198, 199}) {
        device = FakeDevice{};
        device.server.poison = {key(guilty)};
        edit(200);

        device.run_until(20s);

        EXPECT_THAT(device.store.set_aside(), ElementsAre(key(guilty)));
        EXPECT_EQ(device.server.document.size(), 199U);
        EXPECT_LE(device.requests.size(), 2 * std::log2(200) + 8) << guilty;
    }
}

TEST_F(EngineSearchTest, AHundredPoisonKeysAreFoundAtThePaceOfTheBudget) {
    for (int const first : {0, 50, 100}) {
        device = FakeDevice{};
        for (int n = first; n < first + 100; ++n) device.server.poison.insert(key(n));
        edit(200);

        while (device.server.document.size() < 100 && device.now < 24h && device.faults.empty())
            device.round();

        EXPECT_EQ(device.server.document.size(), 100U);
        EXPECT_LT(device.now, 12h) << first;
        for (auto const& each : device.store.set_aside())
            EXPECT_TRUE(device.server.poison.contains(each)) << each;
    }
}

TEST_F(EngineSearchTest, PoisonKeysAloneAreSetAsideOnceTheServerTakesAnother) {
    device.server.poison = {"bad", "worse", "worst"};
    for (auto const& each : device.server.poison) device.edit(each, 1);
    device.run_until(1h);
    EXPECT_THAT(device.store.set_aside(), IsEmpty());

    device.edit("good", 1);
    device.run_until(3h);

    EXPECT_THAT(device.store.set_aside(), ElementsAre("bad", "worse", "worst"));
    EXPECT_EQ(device.engine.report().failures, 0U);
}

TEST_F(EngineSearchTest, AnEndpointThatRefusesEverythingHasNothingSetAside) {
    for (int const keys : {1, 2, 50}) {
        device = FakeDevice{};
        device.server.refuses_everything = true;
        edit(keys);
        device.run_until(1h);
        EXPECT_THAT(device.store.set_aside(), IsEmpty()) << keys;
        EXPECT_TRUE(device.engine.report().refuses_everything);

        auto const before = device.requests.size();
        device.round();
        EXPECT_LE(device.requests.size() - before, keys < 3 ? 3U : 2U);  // a look and a probe

        device.server.refuses_everything = false;
        device.run_until(device.now + 31min);
        EXPECT_TRUE(device.store.is_synced(device.server.document));
        EXPECT_FALSE(device.engine.report().refuses_everything);
    }
}

TEST_F(EngineSearchTest, ARefusalThatPassesSetsNothingAside) {
    edit(50);
    bool is_first = true;
    device.interfere = [&](Effect const& effect) -> std::optional<Event> {
        if (!std::holds_alternative<Put>(effect) || !std::exchange(is_first, false)) return {};
        return Failed{{Fault::refused, "no", 400}};
    };

    device.run_until(10s);

    EXPECT_TRUE(device.store.is_synced(device.server.document));
    EXPECT_EQ(device.requests.size(), 4U);
}

TEST_F(EngineSearchTest, ASingleKeyIsSetAsideAndTriedAgainOnItsLadder) {
    device.server.poison = {"bad"};
    device.edit("bad", 1);
    device.run_until(10s);
    EXPECT_THAT(device.store.set_aside(), ElementsAre("bad"));

    std::vector<Time> tries;
    device.interfere = [&](Effect const& effect) -> std::optional<Event> {
        if (std::holds_alternative<Put>(effect)) tries.push_back(device.now);
        return {};
    };
    device.run_until(72h);

    ASSERT_GE(tries.size(), 7U);
    Time wait = 25s;
    for (std::size_t n = 0; n + 1 < tries.size(); ++n) {
        wait = std::min<Time>(5 * wait, 24h);
        EXPECT_GE(tries[n + 1] - tries[n], wait) << n;
        EXPECT_LE(tries[n + 1] - tries[n], wait + 5s) << n;
    }
    EXPECT_EQ(device.engine.report().failures, 0U);

    device.server.poison.clear();
    device.run_until(device.now + 25h);
    EXPECT_TRUE(device.store.is_synced(device.server.document));
}

TEST_F(EngineSearchTest, OthersAreNotHeldUpByAKeyThatIsTriedAgain) {
    device.server.poison = {"bad"};
    device.edit("bad", 1);
    device.run_until(10s);
    device.edit("good", 1);

    device.run_until(device.now + 3s);

    EXPECT_EQ(device.server.document, (Json{{"good", 1}}));
}

TEST_F(EngineSearchTest, AnEditEndsASettingAside) {
    device.server.poison = {"bad"};
    device.edit("bad", 1);
    device.run_until(10s);
    device.server.poison.clear();

    device.edit("bad", 2);
    device.run_until(device.now + 3s);

    EXPECT_EQ(device.server.document, (Json{{"bad", 2}}));
}

TEST_F(EngineSearchTest, AKeyDueForItsRetryIsTakenThoughASearchStoodElsewhere) {
    device.server.poison = {"bad"};
    device.edit("bad", 1);
    device.run_until(10s);
    device.server.refuses_everything = true;
    device.edit("a", 1);
    device.edit("b", 1);
    device.run_until(5min);
    device.edit("a", std::nullopt);
    device.edit("b", std::nullopt);
    device.server.refuses_everything = false;
    device.server.poison.clear();

    device.run_until(device.now + 15min);

    EXPECT_TRUE(device.store.is_synced(device.server.document));
    auto const before = device.requests.size();
    device.run_until(device.now + 1h);
    EXPECT_LE(device.requests.size() - before, 3U);
}

TEST_F(EngineSearchTest, ARemovalThatIsIgnoredHoldsUpNothing) {
    edit(3);
    device.run_until(5s);
    device.server.ignores_removals = true;
    device.edit(key(0), std::nullopt);
    device.edit(key(1), Json(2));

    device.run_until(device.now + 20s);

    EXPECT_EQ(device.engine.report().failures, 0U);
    EXPECT_THAT(device.store.set_aside(), ElementsAre());
    EXPECT_EQ(device.server.document, (Json{{key(0), 1}, {key(1), 2}, {key(2), 1}}));
}

TEST_F(EngineSearchTest, ARemovalThatIsTriedAgainAndIgnoredAgainIsNoFailure) {
    edit(1);
    device.run_until(5s);
    device.server.ignores_removals = true;
    device.edit(key(0), std::nullopt);
    device.store.rows[key(0)].retry_at = device.now;

    for (int rounds = 0; rounds < 6; ++rounds) {
        device.round();
        EXPECT_EQ(device.engine.report().failures, 0U);
    }

    EXPECT_THAT(device.store.set_aside(), ElementsAre(key(0)));
    EXPECT_GE(device.store.rows[key(0)].refusals, 3U);
}

TEST_F(EngineSearchTest, WhatIsTooLargeAloneIsSetAsideAndTheRestGoesInWholeBatches) {
    device.server.too_large = {key(0)};
    edit(200);

    device.run_until(10s);

    EXPECT_THAT(device.store.set_aside(), ElementsAre(key(0)));
    EXPECT_EQ(device.server.document.size(), 199U);
    EXPECT_LE(device.requests.size(), 12U);
}

TEST_F(EngineSearchTest, AServerThatTakesSmallBatchesOnlyGetsThem) {
    device.server.most_keys = 10;
    edit(200);

    device.run_until(10s);

    EXPECT_TRUE(device.store.is_synced(device.server.document));
    EXPECT_LE(device.requests.size(), 50U);
}

}  // namespace
}  // namespace settings::sync
