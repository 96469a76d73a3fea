#include <set>

#include "tests/sync/engine/engine_fixture.h"

namespace settings::sync {
namespace {

class EngineHintsTest : public EngineTest {
  protected:
    void fail_rounds(int count) {
        for (int n = 0; n < count; ++n) {
            begin();
            fail(Fault::offline);
            remembered();
        }
    }
};

// Edits -----------------------------------------------------------------------------------------

TEST_F(EngineHintsTest, WaitsForSilenceAfterAnEditButNotForever) {
    round({});

    engine.edited(now = 100s);
    EXPECT_EQ(posture(), "rest: debounce");
    EXPECT_EQ(until(), 102s);
    engine.edited(now = 101s);
    EXPECT_EQ(until(), 103s);
    for (now = 102s; now < 110s; now += 1s) engine.edited(now);
    EXPECT_EQ(until(), 110s);
}

TEST_F(EngineHintsTest, AnEditWhileABatchIsOnItsWayGetsARoundOfItsOwn) {
    round({value("a")});
    engine.edited(now = 1s);
    say(Accepted{});

    EXPECT_EQ(say(Settled{}), "rest: debounce");
    EXPECT_EQ(until(), 3s);
}

TEST_F(EngineHintsTest, AnEditThatTheRoundTookAlongNeedsNoOther) {
    begin();
    engine.edited(now);

    EXPECT_EQ(look({}), "rest: idle");
}

TEST_F(EngineHintsTest, AnEditWhileARecoveryIsNotedIsNotForgotten) {
    fail_rounds(1);
    EXPECT_EQ(round({}), "Remember");

    engine.edited(now);

    EXPECT_EQ(remembered(), "rest: debounce");
    EXPECT_EQ(wait(), 2s);
}

TEST_F(EngineHintsTest, AnEditPutsNoLookOffThatIsDue) {
    engine.edited(now);

    EXPECT_EQ(wait(), 0s);
}

TEST_F(EngineHintsTest, AnEditDoesNotCutABackoffShort) {
    fail_rounds(3);
    auto const before = until();

    engine.edited(now);

    EXPECT_EQ(until(), before);
    EXPECT_EQ(posture(), "rest: backoff");
}

TEST_F(EngineHintsTest, AnEditBringsALookForwardButNeverPutsItOff) {
    round({}, look_at(1s));

    engine.edited(now);

    EXPECT_EQ(until(), 1s);
}

// A person --------------------------------------------------------------------------------------

TEST_F(EngineHintsTest, APersonSkipsDebounceAndBackoff) {
    round({});
    engine.edited(now);
    engine.sync_now(now);
    EXPECT_EQ(begin(), "Fetch");
    fail(Fault::offline);
    remembered();
    EXPECT_GT(wait(), 0s);

    engine.sync_now(now);

    EXPECT_EQ(wait(), 0s);
    EXPECT_EQ(begin(), "Fetch");
}

TEST_F(EngineHintsTest, AWishDuringARoundGetsALookThatIsNotOlder) {
    begin();
    auto const under_way = engine.report().rounds_begun;
    engine.sync_now(now);
    EXPECT_EQ(look({}), "rest: due");
    EXPECT_EQ(engine.report().last_clean_round, under_way);

    EXPECT_EQ(round({}), "rest: idle");
    EXPECT_GT(engine.report().last_clean_round, under_way);
}

TEST_F(EngineHintsTest, AWishDuringARoundThatFailsIsFulfilledOnce) {
    for (unsigned const status : {500U, 403U, 401U}) {
        engine = start();
        now = 0s;
        begin();
        engine.sync_now(now);
        answer(status);
        EXPECT_EQ(remembered(), "rest: due") << status;

        begin();
        answer(status);
        EXPECT_NE(remembered(), "rest: due") << status;
        EXPECT_GT(wait(), 0s);
    }
}

TEST_F(EngineHintsTest, AWishWhileTheRoundsEndIsNotedIsNotForgotten) {
    begin();
    answer(500);
    engine.sync_now(now);
    EXPECT_EQ(remembered(), "rest: due");

    EXPECT_EQ(round({}), "Remember");
    engine.sync_now(now);
    EXPECT_EQ(remembered(), "rest: due");
}

// The network -----------------------------------------------------------------------------------

TEST_F(EngineHintsTest, MakesNoRequestWithoutARoute) {
    round({});
    engine.network_changed(false, now);
    engine.edited(now);

    EXPECT_EQ(wake_when_due(), "rest: offline");
    EXPECT_EQ(engine.report().rounds_begun, 1U);
    EXPECT_FALSE(engine.report().is_online);
}

TEST_F(EngineHintsTest, ARouteThatComesBackIsUsedInOneToFourSeconds) {
    engine.network_changed(false, now);
    wake();

    engine.network_changed(true, now);

    EXPECT_GE(wait(), 1s);
    EXPECT_LE(wait(), 4s);
    EXPECT_EQ(begin(), "Fetch");
}

TEST_F(EngineHintsTest, APersonOverrulesThatThereIsNoRoute) {
    engine.network_changed(false, now);
    wake();

    engine.sync_now(now);

    EXPECT_EQ(begin(), "Fetch");
}

TEST_F(EngineHintsTest, TriesInSpiteOfTheMissingRouteFromTimeToTime) {
    engine.network_changed(false, now);
    EXPECT_EQ(wake(), "rest: offline");
    EXPECT_GE(wait(), 25min);
    EXPECT_LE(wait(), 30min);

    EXPECT_EQ(begin(), "Fetch");
    fail(Fault::offline);
    EXPECT_EQ(remembered(), "rest: offline");
    EXPECT_GE(wait(), 25min);
    EXPECT_EQ(engine.report().failures, 0U);
}

TEST_F(EngineHintsTest, ARouteThatIsFoundMissingByAnAttemptIsNoFailure) {
    begin();
    engine.network_changed(false, now);
    fail(Fault::offline);
    EXPECT_EQ(remembered(), "rest: offline");
    EXPECT_EQ(engine.report().failures, 0U);

    engine.network_changed(true, now);
    EXPECT_LE(wait(), 4s);
}

TEST_F(EngineHintsTest, AWishDuringAnAttemptWithoutARouteLeadsToAnother) {
    engine.network_changed(false, now);
    engine.sync_now(now);
    begin();
    engine.sync_now(now);
    fail(Fault::offline);
    EXPECT_EQ(remembered(), "rest: due");

    EXPECT_EQ(begin(), "Fetch");
    fail(Fault::offline);
    EXPECT_EQ(remembered(), "rest: offline");
}

TEST_F(EngineHintsTest, ARequestThatTheLossOfTheRouteCutOffIsAFailure) {
    begin();
    engine.network_changed(false, now);
    fail(Fault::unknown_outcome);

    EXPECT_EQ(remembered(), "rest: backoff");
}

TEST_F(EngineHintsTest, TheNetworksReturnShortensAnOrdinaryBackoffOnce) {
    fail_rounds(12);
    while (wait() < 10s) fail_rounds(1);

    engine.network_changed(false, now);
    engine.network_changed(true, now);

    auto const soon = until();
    EXPECT_GE(wait(), 1s);
    EXPECT_LE(wait(), 4s);
    now += 500ms;
    engine.network_changed(true, now);
    EXPECT_EQ(until(), soon);
    fail_rounds(2);
    while (wait() < 10s) fail_rounds(1);
    EXPECT_EQ(posture(), "rest: backoff");
}

TEST_F(EngineHintsTest, ANetworkThatWasThereAllAlongIsNoNewsToAnIdleEngine) {
    round({});
    auto const before = until();

    engine.network_changed(true, now);

    EXPECT_EQ(until(), before);
}

TEST_F(EngineHintsTest, LooksSoonAfterTheMachineWokeUp) {
    round({});

    engine.woke_up(now = 10min);

    EXPECT_LE(wait(), 1min);
    EXPECT_EQ(begin(), "Fetch");
}

TEST_F(EngineHintsTest, WhoHasSomethingToSendComesSoonerThanWhoOnlyLooks) {
    Time latest{0};
    for (std::uint32_t seed = 0; seed < 100; ++seed) {
        engine = Engine{{}, seed, {}, fixed(1), now = 0s};
        round({});
        engine.network_changed(false, now);
        engine.network_changed(true, now);
        latest = std::max(latest, wait());
        EXPECT_LE(wait(), 1min);

        engine = Engine{{}, seed, {}, fixed(1), now = 0s};
        round({});
        engine.network_changed(false, now);
        engine.edited(now);
        wake_when_due();
        engine.network_changed(true, now);
        EXPECT_GE(wait(), 1s);
        EXPECT_LE(wait(), 4s);
    }
    EXPECT_GT(latest, 50s);
}

TEST_F(EngineHintsTest, ManyDevicesComeBackSpreadOverThreeSeconds) {
    std::set<Time> starts;
    for (std::uint32_t seed = 0; seed < 200; ++seed) {
        Engine other{{}, seed, {}, fixed(1), now};
        other.network_changed(false, now);
        static_cast<void>(other.handle(Woke{}, now));
        other.network_changed(true, now);
        starts.insert(std::get<Resting>(other.posture()).until);
    }

    EXPECT_GT(starts.size(), 150U);
    EXPECT_GT(*starts.rbegin() - *starts.begin(), 2500ms);
}

// Pause -----------------------------------------------------------------------------------------

TEST_F(EngineHintsTest, APausedEngineDoesNothingUntilItIsResumed) {
    engine.pause();

    engine.edited(now);
    engine.sync_now(now);
    engine.woke_up(now);
    engine.network_changed(true, now);
    EXPECT_EQ(wake(), "paused");

    engine.resume(now);
    EXPECT_EQ(begin(), "Fetch");
}

TEST_F(EngineHintsTest, ARoundUnderWayIsFinishedBeforeThePause) {
    round({value("a")});
    engine.pause();

    EXPECT_EQ(say(Accepted{}), "Settle a");
    EXPECT_EQ(say(Settled{}), "paused");
}

TEST_F(EngineHintsTest, APauseTakenBackDuringTheRoundIsNone) {
    begin();
    engine.pause();
    engine.resume(now);

    EXPECT_EQ(look({}), "rest: idle");
}

TEST_F(EngineHintsTest, APauseOutlivesARestart) {
    engine.pause();

    engine = start(memory_from(to_text(engine.memory())));

    EXPECT_EQ(wake(), "paused");
    engine.resume(now);
    engine = start(memory_from(to_text(engine.memory())));
    EXPECT_EQ(begin(), "Fetch");
}

}  // namespace
}  // namespace settings::sync
