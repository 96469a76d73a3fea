#include "sync/engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace settings::sync {
namespace {

using namespace std::chrono_literals;

/// Compares a posture with what it should be.
MATCHER_P(RestsUntil, time, "") {
    auto const* resting = std::get_if<Resting>(&arg);
    return resting != nullptr && resting->until == Time{time};
}
MATCHER_P(RestsFor, why, "") {
    auto const* resting = std::get_if<Resting>(&arg);
    return resting != nullptr && resting->why == why;
}

class EngineTest : public testing::Test {
  protected:
    Engine engine{{.debounce = 2s, .debounce_cap = 10s, .look_every = 30min, .backoff = {}},
                  /*seed=*/1,
                  /*now=*/0s};

    /// The effect that was asked for, which must be of this kind.
    template <class T>
    static T take(std::optional<Effect> effect) {
        EXPECT_TRUE(effect && std::holds_alternative<T>(*effect));
        return effect && std::holds_alternative<T>(*effect) ? std::get<T>(*effect) : T{};
    }

    static Pending value(std::string key, int now, std::optional<Json> before = {}) {
        return {std::move(key), Json(now), std::move(before)};
    }
    static Pending removal(std::string key) { return {std::move(key), std::nullopt, Json(1)}; }

    std::optional<Effect> wake(Time now) { return engine.handle(Woke{}, now); }
    std::optional<Effect> fail(Fault fault, Time now) {
        return engine.handle(Failed{{fault, "it failed", 400}}, now);
    }

    /// Begins a round and brings it to the batch.
    std::optional<Effect> round(Batch pending, Time now, bool more = false) {
        take<Fetch>(wake(now));
        return look(std::move(pending), now, more);
    }

    /// Answers a Fetch and what follows, up to the batch.
    std::optional<Effect> look(Batch pending, Time now, bool more = false) {
        take<Reconcile>(engine.handle(Fetched{Json::object()}, now));
        take<Freeze>(engine.handle(Reconciled{}, now));
        return engine.handle(Frozen{std::move(pending), more}, now);
    }

    void finish_quiet_round(Time now) { EXPECT_FALSE(round({}, now)); }

    Time until() const { return std::get<Resting>(engine.posture()).until; }
};

TEST_F(EngineTest, LooksAtTheServerAtOnceWhenItStarts) {
    EXPECT_THAT(engine.posture(), RestsUntil(0s));
    take<Fetch>(wake(0s));
    EXPECT_TRUE(std::holds_alternative<Awaiting>(engine.posture()));
}

TEST_F(EngineTest, ARoundPutsSettlesAndRests) {
    auto const put = take<Put>(round({value("a", 1), value("b", 2)}, 0s));
    EXPECT_EQ(put.body, (Json{{"a", 1}, {"b", 2}}));

    auto const settle = take<Settle>(engine.handle(Accepted{}, 1s));
    EXPECT_EQ(settle.batch.size(), 2U);

    EXPECT_FALSE(engine.handle(Settled{}, 1s));
    EXPECT_THAT(engine.posture(), RestsFor(Rest::idle));
    EXPECT_EQ(engine.report().last_success, Time{1s});
}

TEST_F(EngineTest, LooksAgainWithinASixthOfHalfAnHour) {
    finish_quiet_round(0s);

    EXPECT_GE(until(), 25min);
    EXPECT_LE(until(), 35min);
    EXPECT_FALSE(wake(until() - 1ms));
    take<Fetch>(wake(until()));
}

TEST_F(EngineTest, SendsBatchAfterBatchWhileMoreWaits) {
    take<Put>(round({value("a", 1)}, 0s, /*more=*/true));
    take<Settle>(engine.handle(Accepted{}, 0s));
    take<Freeze>(engine.handle(Settled{}, 0s));
    take<Put>(engine.handle(Frozen{{value("b", 1)}, false}, 0s));
    take<Settle>(engine.handle(Accepted{}, 0s));
    EXPECT_FALSE(engine.handle(Settled{}, 0s));
}

TEST_F(EngineTest, WaitsForSilenceAfterAnEditButNotForever) {
    finish_quiet_round(0s);

    engine.edited(100s);
    EXPECT_THAT(engine.posture(), RestsUntil(102s));
    engine.edited(101s);
    EXPECT_THAT(engine.posture(), RestsUntil(103s));
    for (Time now = 102s; now < 110s; now += 1s) engine.edited(now);
    EXPECT_THAT(engine.posture(), RestsUntil(110s));
    EXPECT_THAT(engine.posture(), RestsFor(Rest::debounce));
}

TEST_F(EngineTest, AnEditDuringTheRoundGetsARoundOfItsOwn) {
    take<Put>(round({value("a", 1)}, 0s));
    engine.edited(1s);
    take<Settle>(engine.handle(Accepted{}, 1s));
    EXPECT_FALSE(engine.handle(Settled{}, 1s));

    EXPECT_THAT(engine.posture(), RestsFor(Rest::debounce));
    EXPECT_THAT(engine.posture(), RestsUntil(3s));
}

TEST_F(EngineTest, AnEditThatTheRoundTookAlongNeedsNoOther) {
    engine.edited(0s);
    take<Fetch>(wake(2s));
    engine.edited(2s);
    look({}, 2s);

    EXPECT_THAT(engine.posture(), RestsFor(Rest::idle));
}

TEST_F(EngineTest, AnEditDoesNotPutOffALookThatIsDue) {
    engine.edited(0s);

    EXPECT_THAT(engine.posture(), RestsUntil(0s));
}

TEST_F(EngineTest, BacksOffFurtherWithEachFailure) {
    Time now{};
    std::vector<Time> waits;
    for (int failures = 0; failures < 14; ++failures) {
        take<Fetch>(wake(now));
        EXPECT_FALSE(fail(Fault::server_error, now));
        EXPECT_THAT(engine.posture(), RestsFor(Rest::backoff));
        waits.push_back(until() - now);
        now = until();
    }

    for (std::size_t n = 0; n < waits.size(); ++n) {
        EXPECT_GE(waits[n], 1s);
        EXPECT_LE(waits[n], 1s + std::min<Time>(10min, 2s * (1 << n)));
    }
    EXPECT_GT(*std::max_element(waits.begin(), waits.end()), 1min);
    EXPECT_EQ(engine.report().failures, 14U);
}

TEST_F(EngineTest, AGetThatWorksDoesNotShortenTheBackoffOfAPutThatDoesNot) {
    Time now{};
    for (int failures = 0; failures < 5; ++failures) {
        take<Put>(round({value("a", 1)}, now));
        fail(Fault::server_error, now);
        now = until();
    }
    EXPECT_EQ(engine.report().failures, 5U);

    take<Put>(round({value("a", 1)}, now));
    take<Settle>(engine.handle(Accepted{}, now));
    EXPECT_FALSE(engine.handle(Settled{}, now));
    EXPECT_EQ(engine.report().failures, 0U);
}

TEST_F(EngineTest, AnEditDoesNotCutABackoffShort) {
    take<Fetch>(wake(0s));
    fail(Fault::server_error, 0s);
    auto const before = until();

    engine.edited(500ms);

    EXPECT_THAT(engine.posture(), RestsUntil(before));
    EXPECT_THAT(engine.posture(), RestsFor(Rest::backoff));
}

TEST_F(EngineTest, APersonCutsABackoffShort) {
    take<Fetch>(wake(0s));
    fail(Fault::server_error, 0s);

    engine.sync_now(500ms);

    take<Fetch>(wake(500ms));
}

TEST_F(EngineTest, APersonDoesNotCutShortWhatTheServerAskedFor) {
    take<Fetch>(wake(0s));
    EXPECT_FALSE(engine.handle(Failed{{Fault::server_error, "busy", 503, 60s}}, 0s));
    EXPECT_GE(until(), 60s);

    engine.sync_now(1s);
    EXPECT_THAT(engine.posture(), RestsUntil(60s));
    engine.edited(2s);
    EXPECT_THAT(engine.posture(), RestsUntil(60s));
    EXPECT_FALSE(wake(59s));
    take<Fetch>(wake(60s));
}

TEST_F(EngineTest, LooksBeforeItResendsABatchWhoseAnswerWasLost) {
    take<Put>(round({value("a", 1)}, 0s));
    EXPECT_FALSE(fail(Fault::unknown_outcome, 1s));

    take<Fetch>(wake(until()));
}

TEST_F(EngineTest, HoldsForALoginUntilThereIsANewToken) {
    take<Fetch>(wake(0s));
    EXPECT_FALSE(fail(Fault::unauthorized, 0s));
    EXPECT_TRUE(std::holds_alternative<Held>(engine.posture()));
    engine.edited(1s);
    EXPECT_FALSE(wake(24h));

    engine.credentials_changed(25h);
    take<Fetch>(wake(25h));
}

TEST_F(EngineTest, ARefusalOfAnOldTokenDoesNotHoldTheNewOne) {
    take<Fetch>(wake(0s));
    engine.credentials_changed(1s);
    EXPECT_FALSE(fail(Fault::unauthorized, 2s));

    take<Fetch>(wake(2s));
    EXPECT_FALSE(fail(Fault::unauthorized, 3s));
    EXPECT_TRUE(std::holds_alternative<Held>(engine.posture()));
}

TEST_F(EngineTest, LooksAgainDailyWhereTheServerHasNothingForUs) {
    for (auto const fault : {Fault::forbidden, Fault::missing}) {
        auto const now = until();
        take<Fetch>(wake(now));
        EXPECT_FALSE(fail(fault, now));
        EXPECT_THAT(engine.posture(), RestsUntil(now + 24h));
        EXPECT_THAT(engine.posture(), RestsFor(Rest::stopped));
    }
}

TEST_F(EngineTest, TriesARefusedBatchOnceMoreThenSetsAsideWhatIsStillMissing) {
    Batch const batch{value("bad", 1), value("good", 1)};
    take<Put>(round(batch, 0s));
    EXPECT_FALSE(fail(Fault::refused, 0s));
    EXPECT_THAT(engine.posture(), RestsFor(Rest::backoff));
    auto const now = until();

    take<Put>(round(batch, now));
    take<Fetch>(fail(Fault::refused, now));
    auto const reject = take<Reject>(look({value("bad", 1)}, now));

    ASSERT_EQ(reject.batch.size(), 1U);
    EXPECT_EQ(reject.batch[0].key, "bad");
    EXPECT_EQ(reject.refusal.status, 400U);
    EXPECT_EQ(reject.refusal.message, "it failed");
    take<Freeze>(engine.handle(Rejected{}, now));
    EXPECT_FALSE(engine.handle(Frozen{}, now));
    EXPECT_THAT(engine.posture(), RestsFor(Rest::idle));
}

TEST_F(EngineTest, ARefusalThatPassesLeavesNoMark) {
    take<Put>(round({value("a", 1)}, 0s));
    fail(Fault::refused, 0s);
    take<Put>(round({value("a", 1)}, until()));
    take<Settle>(engine.handle(Accepted{}, 10s));
    EXPECT_FALSE(engine.handle(Settled{}, 10s));

    engine.edited(10s);
    take<Put>(round({value("a", 2)}, until()));
    EXPECT_FALSE(fail(Fault::refused, 20s));
}

TEST_F(EngineTest, AnEditedValueIsANewCaseForTheServer) {
    take<Put>(round({value("a", 1)}, 0s));
    fail(Fault::refused, 0s);
    take<Put>(round({value("a", 2)}, until()));

    EXPECT_FALSE(fail(Fault::refused, 10s));
}

TEST_F(EngineTest, ARefusalOfTheGetIsNoRefusalOfABatch) {
    take<Put>(round({value("a", 1)}, 0s));
    fail(Fault::server_error, 0s);
    take<Fetch>(wake(until()));
    EXPECT_FALSE(fail(Fault::refused, 10s));

    take<Put>(round({value("a", 1)}, until()));
    EXPECT_FALSE(fail(Fault::refused, 20s));
}

TEST_F(EngineTest, SendsValuesThenRemovalsAndBelievesTheLookOnly) {
    take<Put>(round({value("a", 1), removal("b")}, 0s));
    auto const erase = take<Delete>(engine.handle(Accepted{}, 0s));
    EXPECT_THAT(erase.paths, testing::ElementsAre("b"));

    take<Fetch>(engine.handle(Accepted{}, 0s));
    EXPECT_FALSE(look({}, 0s));
    EXPECT_THAT(engine.posture(), RestsFor(Rest::idle));
}

TEST_F(EngineTest, SetsARemovalAsideThatTheServerAcceptsButDoesNotDo) {
    take<Delete>(round({removal("a.b")}, 0s));
    take<Fetch>(engine.handle(Accepted{}, 0s));
    EXPECT_FALSE(look({removal("a.b")}, 0s));
    EXPECT_THAT(engine.posture(), RestsFor(Rest::backoff));
    auto const now = until();
    take<Delete>(round({removal("a.b")}, now));
    take<Fetch>(engine.handle(Accepted{}, now));

    auto const reject = take<Reject>(look({removal("a.b")}, now));

    EXPECT_THAT(reject.refusal.message, testing::HasSubstr("still has it"));
}

TEST_F(EngineTest, LooksAtOnceWhenTheServerRefusesARemoval) {
    take<Put>(round({value("a", 1), removal("b")}, 0s));
    take<Delete>(engine.handle(Accepted{}, 0s));

    take<Fetch>(fail(Fault::refused, 0s));
    EXPECT_FALSE(look({}, 0s));
    EXPECT_THAT(engine.posture(), RestsFor(Rest::idle));
}

TEST_F(EngineTest, OurOwnDiskFailingIsBackedOffFrom) {
    take<Fetch>(wake(0s));
    take<Reconcile>(engine.handle(Fetched{Json::object()}, 0s));

    EXPECT_FALSE(fail(Fault::storage, 0s));
    EXPECT_THAT(engine.posture(), RestsFor(Rest::backoff));
}

TEST_F(EngineTest, HintsInAnyPostureDoNoHarm) {
    auto const all_hints = [this](Time now) {
        engine.edited(now);
        engine.sync_now(now);
        engine.credentials_changed(now);
    };
    all_hints(0s);
    take<Fetch>(wake(0s));
    all_hints(1s);
    take<Reconcile>(engine.handle(Fetched{Json::object()}, 1s));
    all_hints(2s);
    take<Freeze>(engine.handle(Reconciled{}, 2s));
    all_hints(3s);
    take<Put>(engine.handle(Frozen{{value("a", 1)}, false}, 3s));
    all_hints(4s);
    take<Settle>(engine.handle(Accepted{}, 4s));
    all_hints(5s);
    EXPECT_FALSE(engine.handle(Settled{}, 5s));
    EXPECT_THAT(engine.posture(), RestsFor(Rest::due));
}

TEST_F(EngineTest, SuspectsOnlyWhatFailedBefore) {
    take<Put>(round({value("poison", 1)}, 0s));
    EXPECT_FALSE(fail(Fault::refused, 0s));
    auto const now = until();
    take<Put>(round({value("poison", 1), value("innocent", 1)}, now));
    take<Fetch>(fail(Fault::refused, now));

    auto const reject = take<Reject>(look({value("poison", 1), value("innocent", 1)}, now));

    ASSERT_EQ(reject.batch.size(), 1U);
    EXPECT_EQ(reject.batch[0].key, "poison");
}

TEST_F(EngineTest, SendsABatchThatIsTooLargeInHalves) {
    take<Put>(round({value("a", 1), value("b", 1), value("c", 1), value("d", 1)}, 0s));
    EXPECT_EQ(take<Freeze>(fail(Fault::too_large, 0s)).max_keys, 2U);
    take<Put>(engine.handle(Frozen{{value("a", 1), value("b", 1)}, true}, 0s));
    EXPECT_EQ(take<Freeze>(fail(Fault::too_large, 0s)).max_keys, 1U);

    take<Put>(engine.handle(Frozen{{value("a", 1)}, true}, 0s));
    EXPECT_FALSE(fail(Fault::too_large, 0s));
    EXPECT_THAT(engine.posture(), RestsFor(Rest::backoff));
}

TEST_F(EngineTest, WaitsAsLongAsARefusalAsksFor) {
    take<Put>(round({value("a", 1), removal("b")}, 0s));
    take<Delete>(engine.handle(Accepted{}, 0s));

    EXPECT_FALSE(engine.handle(Failed{{Fault::refused, "no", 400, 60s}}, 0s));
    EXPECT_GE(until(), 60s);
}

TEST_F(EngineTest, APersonWhoAsksDuringARequestIsNotForgotten) {
    take<Fetch>(wake(0s));
    engine.sync_now(1s);
    EXPECT_FALSE(fail(Fault::unknown_outcome, 2s));
    take<Fetch>(wake(2s));

    EXPECT_FALSE(fail(Fault::unknown_outcome, 3s));
    EXPECT_GT(until(), 3s);
}

TEST_F(EngineTest, AWishDuringARoundGetsALookThatIsNotOlder) {
    take<Fetch>(wake(0s));
    auto const round_under_way = engine.report().rounds_begun;
    engine.sync_now(0s);
    EXPECT_FALSE(look({}, 1s));
    EXPECT_EQ(engine.report().last_clean_round, round_under_way);

    EXPECT_THAT(engine.posture(), RestsFor(Rest::due));
    EXPECT_FALSE(round({}, 1s));
    EXPECT_GT(engine.report().last_clean_round, round_under_way);
    EXPECT_THAT(engine.posture(), RestsFor(Rest::idle));
}

TEST_F(EngineTest, ANewTokenEndsAStop) {
    take<Fetch>(wake(0s));
    EXPECT_FALSE(fail(Fault::forbidden, 0s));

    engine.credentials_changed(1s);

    take<Fetch>(wake(1s));
}

}  // namespace
}  // namespace settings::sync
