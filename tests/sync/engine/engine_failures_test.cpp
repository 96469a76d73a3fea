#include "tests/sync/engine/engine_fixture.h"

namespace settings::sync {
namespace {

using EngineFailuresTest = EngineTest;

TEST_F(EngineFailuresTest, BacksOffFromWhatMayPass) {
    for (unsigned const status : {200U, 302U, 408U, 418U, 429U, 451U, 500U, 502U, 503U, 504U}) {
        engine = start();
        now = 0s;
        round({value("a")});

        EXPECT_EQ(answer(status), "Remember") << status;
        EXPECT_EQ(remembered(), "rest: backoff") << status;
        EXPECT_GE(wait(), 1s);
        EXPECT_LE(wait(), 3s);
    }
}

TEST_F(EngineFailuresTest, BacksOffFurtherWithEachFailure) {
    std::vector<Time> waits;
    for (int failures = 0; failures < 14; ++failures) {
        begin();
        answer(500);
        remembered();
        waits.push_back(wait());
    }

    for (std::size_t n = 0; n < waits.size(); ++n) {
        EXPECT_GE(waits[n], 1s);
        EXPECT_LE(waits[n], 1s + std::min<Time>(10min, 2s * (1 << n)));
    }
    EXPECT_GT(*std::max_element(waits.begin(), waits.end()), 1min);
    EXPECT_EQ(engine.report().failures, 14U);
}

/// Companies lock accounts that come with a wrong password a few times.
TEST_F(EngineFailuresTest, AProxyThatTakesNoPasswordIsAskedAtThePaceOfLooks) {
    engine.edited(now);
    now = until();
    begin();
    fail(Fault::barred);
    EXPECT_EQ(remembered(), "rest: backoff");
    EXPECT_GE(wait(), 25min);

    engine.edited(now);
    EXPECT_GE(wait(), 25min);

    engine.sync_now(now);
    EXPECT_EQ(wait(), 0s) << "a person may have mended it";
}

TEST_F(EngineFailuresTest, AlternatingErrorsAreARowOfFailures) {
    for (auto const fault : {Fault::server_error, Fault::offline, Fault::impostor,
                             Fault::unknown_outcome, Fault::untrusted, Fault::storage}) {
        begin();
        fail(fault);
        EXPECT_EQ(remembered(), "rest: backoff");
    }

    EXPECT_EQ(engine.report().failures, 6U);
}

TEST_F(EngineFailuresTest, AGetThatWorksDoesNotShortenTheBackoffOfAPutThatDoesNot) {
    for (int failures = 0; failures < 5; ++failures) {
        round({value("a")});
        answer(500);
        remembered();
    }
    EXPECT_EQ(engine.report().failures, 5U);

    round({value("a")});
    say(Accepted{});
    EXPECT_EQ(say(Settled{}), "Remember");
    EXPECT_EQ(remembered(), "rest: idle");
    EXPECT_EQ(engine.report().failures, 0U);
}

TEST_F(EngineFailuresTest, AQuietSuccessNeedNotBeRememberedButARecoveryIs) {
    EXPECT_EQ(round({}), "rest: idle");
    begin();
    answer(500);
    remembered();

    EXPECT_EQ(round({}), "Remember");
    EXPECT_EQ(remembered(), "rest: idle");
    EXPECT_EQ(engine.memory().failures, 0U);
    EXPECT_EQ(engine.report().last_failure.status, 500U);
}

TEST_F(EngineFailuresTest, AnAnswerThatIsNotTheServicesIsNoDelivery) {
    round({value("a")});

    EXPECT_EQ(answer(200), "Remember");
    EXPECT_EQ(engine.report().last_failure.fault, Fault::impostor);
    remembered();
    EXPECT_EQ(round({value("a")}), R"(Put {"a":1})");
}

TEST_F(EngineFailuresTest, StopsForMinutesWhereTheServerHasNothingForUs) {
    for (unsigned const status : {403U, 404U, 405U, 410U}) {
        engine = start();
        now = 0s;
        begin();

        EXPECT_EQ(answer(status).substr(0, 8), "Remember") << status;
        EXPECT_EQ(remembered(), "rest: stopped") << status;
        EXPECT_GE(wait(), 100s);
        EXPECT_LE(wait(), 2min);
    }
}

TEST_F(EngineFailuresTest, LooksEverMoreRarelyWhileItIsStoppedAlsoAfterARestart) {
    for (auto const longest : {2min, 8min, 32min, 128min, 512min, 1'440min, 1'440min}) {
        begin();
        answer(403);
        EXPECT_EQ(remembered(), "rest: stopped");
        EXPECT_LE(wait(), longest);
        EXPECT_GE(wait(), longest * 5 / 6 - 1s);
        engine = start(memory_from(to_text(engine.memory())), fixed(1), now);
    }
}

TEST_F(EngineFailuresTest, ALookThatWorksEndsTheRowOfStops) {
    for (int stops = 0; stops < 3; ++stops) {
        begin();
        answer(403);
        remembered();
    }
    round({});

    begin();
    answer(403);
    remembered();
    EXPECT_LE(wait(), 2min);
}

TEST_F(EngineFailuresTest, AnEditEndsAStopAndCostsWhatARetryCosts) {
    begin();
    answer(403);
    remembered();

    unsigned looks = 0;
    for (auto const end = now + 1h; now < end; ++looks) {
        engine.edited(now);
        EXPECT_LE(wait(), 2s);
        for (now = until(); wake() != "Remember"; now = until()) EXPECT_EQ(last, "rest: budget");
        say(Remembered{});
        answer(403);
        EXPECT_EQ(remembered(), "rest: stopped");
    }

    EXPECT_LE(looks, 60 / 5 + 3600 / 50 + 1);
}

TEST_F(EngineFailuresTest, AGatewaysWordStopsNothing) {
    for (unsigned const status : {403U, 404U, 405U, 407U, 410U, 421U}) {
        engine = start();
        now = 0s;
        begin();

        EXPECT_EQ(gateway(status), "Remember") << status;
        EXPECT_EQ(remembered(), "rest: backoff") << status;
        EXPECT_LE(wait(), 3s);
    }
}

TEST_F(EngineFailuresTest, A401OfAGatewayAsksForARenewalAndForNoLogin) {
    engine = start({}, renewable(1));
    begin();
    EXPECT_EQ(gateway(401), "Renew");
    EXPECT_EQ(say(Renewed{renewable(2)}), "Fetch");
    sent_token = 2;

    EXPECT_EQ(gateway(401), "Remember");
    EXPECT_EQ(remembered(), "rest: backoff");
}

TEST_F(EngineFailuresTest, OurOwnDiskFailingIsBackedOffFrom) {
    begin();
    say(Fetched{Json::object()});

    EXPECT_EQ(fail(Fault::storage), "Remember");
    EXPECT_EQ(remembered(), "rest: backoff");
    EXPECT_FALSE(engine.report().is_breaker_open);
}

TEST_F(EngineFailuresTest, ADiskThatTakesNothingEndsTheRoundBeforeAnyRequest) {
    EXPECT_EQ(wake(), "Remember");
    EXPECT_EQ(fail(Fault::storage), "Remember");
    EXPECT_EQ(fail(Fault::storage), "rest: backoff");
}

// Doubt -----------------------------------------------------------------------------------------

TEST_F(EngineFailuresTest, LooksBeforeItResendsABatchWhoseAnswerWasLost) {
    round({value("a")});

    EXPECT_EQ(fail(Fault::unknown_outcome), "Remember");
    remembered();
    EXPECT_EQ(begin(), "Fetch");
}

TEST_F(EngineFailuresTest, SaysWhatIsKnownOfTheBatch) {
    for (auto const fault : {Fault::offline, Fault::untrusted}) {
        engine = start();
        now = 0s;
        round({value("a")});
        EXPECT_EQ(fail(fault), "Remember, nothing sent") << static_cast<int>(fault);
    }
    for (auto const fault :
         {Fault::forbidden, Fault::missing, Fault::refused, Fault::unauthorized}) {
        engine = start();
        now = 0s;
        round({value("a")});
        EXPECT_EQ(fail(fault), "Remember, answered") << static_cast<int>(fault);
    }
    for (auto const fault :
         {Fault::unknown_outcome, Fault::server_error, Fault::impostor, Fault::storage}) {
        engine = start();
        now = 0s;
        round({value("a")});
        EXPECT_EQ(fail(fault), "Remember") << static_cast<int>(fault);
    }
}

TEST_F(EngineFailuresTest, APartThatArrivedLeavesTheBatchInDoubt) {
    round({{"a", Json{{"y", 2}}, Json{{"x", 1}}}});
    EXPECT_EQ(say(Accepted{}), "Delete a.x");

    EXPECT_EQ(fail(Fault::offline), "Remember");
}

TEST_F(EngineFailuresTest, ValuesThatArrivedAreSettledWhateverBecomesOfTheRemovals) {
    round({value("a"), removal("b")});
    EXPECT_EQ(say(Accepted{}), "Settle a");
    EXPECT_EQ(say(Settled{}), "Delete b");

    EXPECT_EQ(fail(Fault::offline), "Remember, nothing sent");
}

TEST_F(EngineFailuresTest, ALookThatFailsSettlesNoDoubtOfAnEarlierRound) {
    round({value("a")});
    fail(Fault::unknown_outcome);
    remembered();
    begin();

    EXPECT_EQ(fail(Fault::offline), "Remember");
}

TEST_F(EngineFailuresTest, ADocumentThatIsMissingIsAFailureAfterWhatIsPending) {
    begin();
    say(Fetched{Json::object(), {}, {}, Failure{Fault::missing, "no such user", 404}});
    say(Reconciled{.is_missing = true});
    EXPECT_EQ(freeze({value("a")}), R"(Put {"a":1})");
    say(Accepted{});

    EXPECT_EQ(say(Settled{}), "Remember");
    EXPECT_EQ(remembered(), "rest: backoff");
    EXPECT_THAT(engine.report().last_failure.message,
                testing::StartsWith("no such user, though it had settings of this account"));
    EXPECT_EQ(engine.report().last_clean_round, 0U);
    EXPECT_EQ(round({}), "Remember") << "it is there again, and the recovery is noted";
}

TEST_F(EngineFailuresTest, ADocumentThatNeverWasIsNoFailure) {
    begin();
    say(Fetched{Json::object(), {}, {}, Failure{Fault::missing, "no such user", 404}});
    say(Reconciled{});

    EXPECT_EQ(freeze({}), "rest: idle");
}

TEST_F(EngineFailuresTest, AMissingDocumentLeavesAReviewAsItIs) {
    begin();
    say(Fetched{Json::object()});
    say(Reconciled{.held = MassChange{10, 0, 10, 1}});
    freeze({});
    engine.decide(Verdict::apply, now);
    begin();
    say(Fetched{Json::object(), {}, {}, Failure{Fault::missing, "no such user", 404}});
    say(Reconciled{.is_missing = true});
    freeze({});
    remembered();

    EXPECT_TRUE(engine.report().in_review);
    begin();
    EXPECT_EQ(say(Fetched{Json::object()}), "Reconcile {}, apply on 1");
}

// The server's own wishes -----------------------------------------------------------------------

TEST_F(EngineFailuresTest, WaitsAsLongAsTheServerAsks) {
    for (unsigned const status : {403U, 408U, 429U, 500U, 503U}) {
        engine = start();
        now = 0s;
        round({value("a"), value("b")});

        EXPECT_EQ(answer(status, "60").substr(0, 8), "Remember") << status;
        EXPECT_EQ(remembered(), "rest: retry_after") << status;
        EXPECT_GE(wait(), 60s);
        EXPECT_LE(wait(), 120s) << "up to as much again: others were told the same";
    }
}

TEST_F(EngineFailuresTest, WhoIsToldTheSameTimeComesAtAnother) {
    std::set<Time> ends;
    for (std::uint32_t seed = 0; seed < 100; ++seed) {
        engine = Engine{{}, seed, {}, fixed(1), now = 0s};
        begin();
        answer(503, "3600");
        remembered();
        EXPECT_GE(until(), 1h);
        EXPECT_LE(until(), 1h + 30min) << "never later than the pace of looks";
        ends.insert(until());
    }
    EXPECT_GT(ends.size(), 95U);
}

TEST_F(EngineFailuresTest, TheServersPatienceIsAFloorAndNoReplacement) {
    begin();
    answer(503, "1");
    remembered();
    EXPECT_GE(wait(), 1s);
    for (int failures = 0; failures < 10; ++failures) {
        begin();
        answer(503, "1");
        remembered();
    }

    Time longest{0};
    for (int failures = 0; failures < 10; ++failures) {
        begin();
        answer(503, "1");
        remembered();
        longest = std::max(longest, wait());
    }
    EXPECT_GT(longest, 1min);
}

TEST_F(EngineFailuresTest, NothingCutsShortWhatTheServerAskedFor) {
    begin();
    answer(503, "60");
    remembered();

    auto const ends = until();
    now = 1s;
    engine.sync_now(now);
    engine.edited(now);
    engine.woke_up(now);
    engine.network_changed(false, now);
    engine.network_changed(true, now);
    engine.token_changed(fixed(1), now);
    engine.pause();
    engine.resume(now);

    EXPECT_EQ(until(), ends);
    now = 59s;
    EXPECT_EQ(wake(), "rest: retry_after");
    EXPECT_EQ(wake_when_due(), "Remember");
}

TEST_F(EngineFailuresTest, APersonWhoInsistsGetsOneProbeBeforeTheServersTime) {
    begin();
    answer(503, "3600");
    remembered();
    auto const ends = until();
    engine.sync_now(now = 1s);
    EXPECT_EQ(until(), ends);

    engine.sync_now(now = 2s);

    EXPECT_EQ(wait(), 0s);
    EXPECT_EQ(begin(), "Fetch");
    fail(Fault::offline);
    EXPECT_EQ(remembered(), "rest: retry_after");
    EXPECT_EQ(until(), ends);
    engine.sync_now(now);
    EXPECT_EQ(until(), ends);
}

TEST_F(EngineFailuresTest, APersonWhoGoesOnInsistingGetsAProbeEachFewMinutes) {
    begin();
    answer(503, "3600");
    remembered();
    auto probes = 0;
    for (Time const end = now + 20min; now < end; now += 1s) {
        engine.sync_now(now);
        if (wait() != 0s) continue;
        ++probes;
        EXPECT_EQ(begin(), "Fetch");
        answer(503, "3600");
        remembered();
    }

    EXPECT_GE(probes, 3);
    EXPECT_LE(probes, 5);
}

TEST_F(EngineFailuresTest, AProbeThatIsAnsweredEndsTheWait) {
    begin();
    answer(503, "3600");
    remembered();
    engine.sync_now(now);
    engine.sync_now(now);

    EXPECT_EQ(round({value("a")}), R"(Put {"a":1})");
    say(Accepted{});
    EXPECT_EQ(say(Settled{}), "Remember");
    EXPECT_EQ(remembered(), "rest: idle");
}

TEST_F(EngineFailuresTest, ALoginGetsAProbeAndAnotherAskForPatienceCountsAnew) {
    begin();
    answer(503, "3600");
    remembered();

    engine.token_changed(fixed(2), now);

    EXPECT_EQ(begin(), "Fetch");
    answer(503, "60");
    EXPECT_EQ(remembered(), "rest: retry_after");
    engine.sync_now(now);
    EXPECT_EQ(posture(), "rest: retry_after");
}

TEST_F(EngineFailuresTest, ARefusalThatAsksForPatienceIsSearchedAtOnce) {
    for (unsigned const status : {400U, 422U}) {
        engine = start();
        now = 0s;
        round({value("a")});
        answer(status, "60");
        EXPECT_EQ(remembered(), "rest: backoff");
        round({value("a")});

        EXPECT_EQ(answer(status, "60"), "Put {}") << "is it the key?";
        EXPECT_EQ(say(Accepted{}), "Reject a: no");
    }
}

TEST_F(EngineFailuresTest, ABatchThatIsTooLargeIsHalvedWhateverPatienceIsAsked) {
    round({value("a"), value("b")});

    EXPECT_EQ(answer(413, "60"), "Freeze 1");
}

TEST_F(EngineFailuresTest, A401ThatAsksForPatienceIsRenewedAtOnce) {
    engine = start({}, renewable(1));
    begin();

    EXPECT_EQ(answer(401, "60"), "Renew");
}

TEST_F(EngineFailuresTest, ARemovalThatIsRefusedIsLookedAtWhateverPatienceIsAsked) {
    for (unsigned const status : {400U, 404U}) {
        engine = start();
        now = 0s;
        EXPECT_EQ(round({removal("a")}), "Delete a");

        EXPECT_EQ(answer(status, "60"), "Remember, answered") << status;
        EXPECT_EQ(remembered(), "Fetch") << status;
    }
}

// The breaker -----------------------------------------------------------------------------------

TEST_F(EngineFailuresTest, OpensTheBreakerAfterSixFailuresOfTheServer) {
    for (int failures = 1; failures <= 6; ++failures) {
        EXPECT_FALSE(engine.report().is_breaker_open);
        begin();
        answer(500);
        remembered();
    }
    EXPECT_TRUE(engine.report().is_breaker_open);

    round({});
    EXPECT_FALSE(engine.report().is_breaker_open);
}

TEST_F(EngineFailuresTest, ANetworkThatComesBackDoesNotShortenAnOpenBreakersWait) {
    for (int failures = 0; failures < 6 || wait() < 10s; ++failures) {
        begin();
        answer(500);
        remembered();
    }
    auto const before = until();

    engine.network_changed(false, now);
    engine.network_changed(true, now);
    engine.woke_up(now);

    EXPECT_EQ(until(), before);
    engine.sync_now(now);
    EXPECT_EQ(until(), now);
}

// What a write failed with ----------------------------------------------------------------------

TEST_F(EngineFailuresTest, KnowsWithWhatTheLastWriteFailedUntilTheNext) {
    EXPECT_FALSE(engine.report().failed_write);
    round({value("a")});
    answer(500);
    EXPECT_EQ(engine.report().failed_write, 500U);
    remembered();
    begin();
    fail(Fault::offline);
    EXPECT_EQ(engine.report().failed_write, 500U) << "that was a look";
    remembered();

    round({value("a")});
    EXPECT_FALSE(engine.report().failed_write);
    fail(Fault::unknown_outcome);
    EXPECT_EQ(engine.report().failed_write, 0U);
    remembered();

    round({removal("a")});
    answer(503);
    EXPECT_EQ(engine.report().failed_write, 503U);
}

}  // namespace
}  // namespace settings::sync
