#include "tests/sync/engine/engine_fixture.h"

namespace settings::sync {
namespace {

class EngineTokensTest : public EngineTest {
  protected:
    static TokenState none() {
        TokenState token;
        token.missing = "log in first";
        return token;
    }

    /// What the token endpoint answers.
    std::string refuse_renewal(unsigned status) {
        sent_token = 0;
        return answer(status);
    }
};

// A 401 -----------------------------------------------------------------------------------------

TEST_F(EngineTokensTest, ATokenThatCannotBeRenewedNeedsALogin) {
    begin();

    EXPECT_EQ(answer(401), "Remember");
    EXPECT_EQ(remembered(), "rest: backoff") << "one refusal may be a mishap";
    EXPECT_LE(wait(), 5s);
    begin();
    EXPECT_EQ(answer(401), "Remember");
    EXPECT_EQ(remembered(), "rest: login");
    EXPECT_GE(wait(), 50min);
    EXPECT_LE(wait(), 1h);
}

TEST_F(EngineTokensTest, RenewsOnceAndTriesOnceMoreThenNeedsALogin) {
    engine = start({}, renewable(1));
    begin();

    EXPECT_EQ(answer(401), "Renew");
    EXPECT_EQ(say(Renewed{renewable(2)}), "Fetch");
    sent_token = 2;
    EXPECT_EQ(answer(401), "Remember");
    EXPECT_EQ(remembered(), "rest: login");
}

TEST_F(EngineTokensTest, ARenewedTokenGoesOnWithTheRound) {
    engine = start({}, renewable(1));
    round({value("a")});

    EXPECT_EQ(answer(401), "Renew");
    EXPECT_EQ(say(Renewed{renewable(2)}), "Remember, answered");
    EXPECT_EQ(remembered(), "Fetch");
    EXPECT_EQ(look({value("a")}), R"(Put {"a":1})");
    EXPECT_EQ(say(Accepted{}), "Settle a");
    EXPECT_EQ(say(Settled{}), "rest: idle");
}

TEST_F(EngineTokensTest, ARefusedLookAfterA401IsNoRefusalOfTheBatch) {
    engine = start({}, renewable(1));
    round({value("a")});
    answer(401);
    say(Renewed{renewable(2)});
    EXPECT_EQ(remembered(), "Fetch");
    sent_token = 2;
    answer(400);
    EXPECT_EQ(remembered(), "rest: backoff");
    round({value("a")});

    EXPECT_EQ(answer(400), "Remember, answered");
}

TEST_F(EngineTokensTest, AMissingDocumentAfterA401OfADeleteIsAStop) {
    engine = start({}, renewable(1));
    round({removal("a")});
    answer(401);
    say(Renewed{renewable(2)});
    EXPECT_EQ(remembered(), "Fetch");
    sent_token = 2;
    answer(404);

    EXPECT_EQ(remembered(), "rest: stopped");
}

TEST_F(EngineTokensTest, A401WhileItAsksWhetherAnythingIsAcceptedLeavesNoQuestionOpen) {
    engine = start({}, renewable(1));
    round({value("a")});
    answer(400);
    remembered();
    round({value("a")});
    EXPECT_EQ(answer(400), "Put {}");

    EXPECT_EQ(answer(401), "Renew");
    EXPECT_EQ(say(Renewed{renewable(2)}), "Remember, answered");
    EXPECT_EQ(remembered(), "Fetch");
    say(Fetched{Json::object()});
    say(Reconciled{});
    freeze({}, pending(1));  // the search was past the only key
    EXPECT_EQ(freeze({value("a", 2)}), R"(Put {"a":2})");
    EXPECT_EQ(say(Accepted{}), "Settle a");
}

TEST_F(EngineTokensTest, AGatewayThatRefusesEveryTokenCostsOneRenewal) {
    engine = start({}, renewable(1));
    begin();
    EXPECT_EQ(gateway(401), "Renew");
    EXPECT_EQ(say(Renewed{renewable(2)}), "Fetch");
    sent_token = 2;
    for (int rounds = 0; rounds < 3; ++rounds) {
        EXPECT_EQ(gateway(401), "Remember");
        EXPECT_EQ(remembered(), "rest: backoff");
        EXPECT_EQ(begin(), "Fetch");
    }

    EXPECT_EQ(answer(401), "Renew") << "the service knows its tokens";
}

TEST_F(EngineTokensTest, AGatewayThatRefusesEveryWriteCostsOneRenewal) {
    engine = start({}, renewable(1));
    round({value("a")});
    EXPECT_EQ(gateway(401), "Renew");
    say(Renewed{renewable(2)});
    EXPECT_EQ(remembered(), "Fetch");
    sent_token = 2;
    look({value("a")});
    for (int rounds = 0; rounds < 3; ++rounds) {
        EXPECT_EQ(gateway(401), "Remember, answered");
        EXPECT_EQ(remembered(), "rest: backoff");
        round({value("a")});
    }
}

// A 401 to a write alone --------------------------------------------------------------------------

TEST_F(EngineTokensTest, A401ToAWriteWhoseLookWasAnsweredIsTheBatchs) {
    for (int rounds = 0; rounds < 3; ++rounds) {
        round({value("a"), value("b")});
        EXPECT_EQ(answer(401), "Remember, answered");
        EXPECT_EQ(remembered(), "rest: backoff");
    }

    begin();
    say(Fetched{Json::object()});
    EXPECT_EQ(say(Reconciled{}), "Freeze 1");
}

TEST_F(EngineTokensTest, ARenewalIsTriedBeforeTheBatchIsBlamed) {
    engine = start({}, renewable(1));
    round({value("a")});
    EXPECT_EQ(answer(401), "Renew");
    say(Renewed{renewable(2)});
    EXPECT_EQ(remembered(), "Fetch");
    sent_token = 2;
    look({value("a")});

    EXPECT_EQ(answer(401), "Remember, answered");
    EXPECT_EQ(remembered(), "rest: backoff");
}

TEST_F(EngineTokensTest, ATokenThatMayNotWriteAtAllIsLookedAtEverMoreRarely) {
    for (int rounds = 0; rounds < 2; ++rounds) {
        round({value("a")});
        answer(401);
        remembered();
    }
    round({value("a")});
    answer(401);

    EXPECT_EQ(remembered(), "rest: stopped");
}

TEST_F(EngineTokensTest, ATokenThatEndsDuringARoundNeedsALoginAllTheSame) {
    round({value("a")});
    answer(401);
    remembered();
    begin();

    EXPECT_EQ(answer(401), "Remember");
    EXPECT_EQ(remembered(), "rest: login");
}

// Ahead of the expiry ---------------------------------------------------------------------------

TEST_F(EngineTokensTest, RenewsAheadOfTheExpiry) {
    engine = start({}, renewable(1, 1h));
    EXPECT_EQ(begin(), "Fetch");
    look({});
    now = 1h;

    EXPECT_EQ(begin(), "Renew");
    EXPECT_EQ(say(Renewed{renewable(2, 2h)}), "Fetch");
    EXPECT_EQ(look({}), "rest: idle");
    EXPECT_EQ(begin(), "Fetch");
}

TEST_F(EngineTokensTest, AnEarlyRenewalThatFailsLeavesTheOldTokenInUse) {
    for (unsigned const status : {500U, 503U, 429U, 400U, 404U}) {
        engine = start({}, renewable(1, 0s));
        now = 0s;
        EXPECT_EQ(begin(), "Renew");

        EXPECT_EQ(refuse_renewal(status), "Fetch") << status;
        EXPECT_EQ(look({}), "rest: idle") << status;
    }
}

TEST_F(EngineTokensTest, AnExpiredTokenThatCannotBeRenewedJustNowNeedsNoLogin) {
    engine = start({}, renewable(1, 0s));
    begin();
    EXPECT_EQ(refuse_renewal(500), "Fetch");
    sent_token = 1;

    EXPECT_EQ(answer(401), "Remember");
    EXPECT_EQ(remembered(), "rest: backoff");
    EXPECT_THAT(engine.report().last_failure.message, testing::HasSubstr("500"));
    EXPECT_EQ(begin(), "Renew");
}

TEST_F(EngineTokensTest, AnEarlyRenewalThatIsRefusedNeedsALogin) {
    engine = start({}, renewable(1, 0s));
    begin();

    EXPECT_EQ(refuse_renewal(401), "Remember");
    EXPECT_EQ(remembered(), "rest: login");
}

TEST_F(EngineTokensTest, ALateRenewalThatFailsIsBackedOffFrom) {
    engine = start({}, renewable(1));
    begin();
    EXPECT_EQ(answer(401), "Renew");

    EXPECT_EQ(refuse_renewal(500), "Remember");
    EXPECT_EQ(remembered(), "rest: backoff");
    EXPECT_EQ(begin(), "Fetch");
}

TEST_F(EngineTokensTest, ARenewalThatDoesNotReachTheServerIsBackedOffFrom) {
    engine = start({}, renewable(1, 0s));
    begin();

    EXPECT_EQ(fail(Fault::offline), "Remember");
    EXPECT_EQ(remembered(), "rest: backoff");
}

// A token that comes, or goes -------------------------------------------------------------------

TEST_F(EngineTokensTest, ThereIsNoRequestWithoutAToken) {
    engine = start({}, none());

    EXPECT_EQ(wake(), "rest: login");
    EXPECT_EQ(engine.report().token_missing, "log in first");
    EXPECT_EQ(wake_when_due(), "rest: login");
    engine.sync_now(now);
    EXPECT_EQ(wake(), "rest: login");
    EXPECT_EQ(engine.report().rounds_begun, 0U);
}

TEST_F(EngineTokensTest, ARefreshTokenAloneIsEnoughToBegin) {
    engine = start({}, renewable(0));

    EXPECT_EQ(begin(), "Renew");
    EXPECT_EQ(say(Renewed{renewable(1)}), "Fetch");
}

TEST_F(EngineTokensTest, ANewTokenEndsTheWaitForIt) {
    engine = start({}, none());
    wake();
    now = 1s;

    engine.token_changed(fixed(1), now);

    EXPECT_EQ(begin(), "Fetch");
    EXPECT_EQ(engine.report().token_missing, "");
}

TEST_F(EngineTokensTest, ANewTokenEndsAStop) {
    begin();
    answer(403);
    remembered();
    now = 1s;

    engine.token_changed(fixed(2), now);

    EXPECT_EQ(begin(), "Fetch");
}

TEST_F(EngineTokensTest, TheSameTokenAgainEndsNothing) {
    for (int refusals = 0; refusals < 2; ++refusals) {
        begin();
        answer(401);
        remembered();
    }

    engine.token_changed(fixed(1), now);

    EXPECT_EQ(posture(), "rest: login");
    EXPECT_GT(wait(), 0s);
}

TEST_F(EngineTokensTest, ATokenThatGoesIsSaidAtOnce) {
    round({});

    engine.token_changed(none(), now);

    EXPECT_EQ(wake(), "rest: login");
}

TEST_F(EngineTokensTest, ALate401OfAnOldTokenSaysNothingAboutTheNewOne) {
    begin();
    engine.token_changed(fixed(2), now);

    EXPECT_EQ(answer(401), "Fetch");
    sent_token = 2;
    EXPECT_EQ(look({}), "rest: idle");
}

TEST_F(EngineTokensTest, ALate403OfAnOldTokenDoesNotStopTheNewOne) {
    begin();
    engine.token_changed(fixed(2), now);

    answer(403);
    EXPECT_EQ(remembered(), "rest: due");
}

TEST_F(EngineTokensTest, TwoTokensInOneRoundStillNeedNoLogin) {
    begin();
    engine.token_changed(fixed(2), now);
    EXPECT_EQ(answer(401), "Fetch");
    sent_token = 2;
    engine.token_changed(fixed(3), now);
    answer(401);

    EXPECT_EQ(remembered(), "rest: due");
    sent_token = 3;
    EXPECT_EQ(round({}), "rest: idle");
}

TEST_F(EngineTokensTest, ARefusedRenewalSaysNothingAboutATokenThatCameMeanwhile) {
    engine = start({}, renewable(1));
    begin();
    answer(401);
    engine.token_changed(renewable(2), now);
    refuse_renewal(401);

    EXPECT_EQ(remembered(), "rest: due");
}

TEST_F(EngineTokensTest, ATokenThatComesWhileTheFailureIsNotedIsUsedAtOnce) {
    begin();
    EXPECT_EQ(answer(401), "Remember");

    engine.token_changed(fixed(2), now);

    EXPECT_EQ(remembered(), "rest: due");
    EXPECT_EQ(wait(), 0s);
}

}  // namespace
}  // namespace settings::sync
