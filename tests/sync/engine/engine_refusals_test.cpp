#include "tests/sync/engine/engine_fixture.h"

namespace settings::sync {
namespace {

class EngineRefusalsTest : public EngineTest {
  protected:
    /// A batch that is refused for the second time, and what follows.
    std::string refuse_twice(Batch const& batch) {
        round(batch);
        EXPECT_EQ(answer(400), "Remember, answered");
        EXPECT_EQ(remembered(), "rest: backoff");
        round(batch);
        return answer(400);
    }
};

TEST_F(EngineRefusalsTest, TriesARefusedBatchOnceMoreBeforeItSearches) {
    EXPECT_EQ(refuse_twice({value("a"), value("b"), value("c"), value("d")}), "Freeze 2");
}

TEST_F(EngineRefusalsTest, ARefusalThatPassesLeavesNoMark) {
    round({value("a")});
    answer(400);
    remembered();
    round({value("a")});
    say(Accepted{});
    say(Settled{});
    remembered();

    round({value("a", 2)});
    EXPECT_EQ(answer(400), "Remember, answered");
}

TEST_F(EngineRefusalsTest, ARefusalOfTheGetIsNoRefusalOfABatch) {
    begin();
    answer(400);
    EXPECT_EQ(remembered(), "rest: backoff");
    round({value("a")});

    EXPECT_EQ(answer(400), "Remember, answered");
}

TEST_F(EngineRefusalsTest, SetsAsideTheOnlyKeyWhenTheServerAcceptsAnythingElse) {
    EXPECT_EQ(refuse_twice({value("bad")}), "Put {}");
    EXPECT_EQ(say(Accepted{}), "Reject bad: no");
    EXPECT_EQ(say(SetAside{}), "Freeze 500");
    EXPECT_EQ(freeze({}), "Remember");
    EXPECT_EQ(remembered(), "rest: idle");
}

TEST_F(EngineRefusalsTest, KeepsTheOnlyKeyWhenTheServerAcceptsNothing) {
    EXPECT_EQ(refuse_twice({value("good")}), "Put {}");

    EXPECT_EQ(answer(400), "Remember, answered");
    EXPECT_EQ(remembered(), "rest: backoff");
    EXPECT_TRUE(engine.report().refuses_everything);
}

TEST_F(EngineRefusalsTest, AQuestionThatGetsNoAnswerProvesNothing) {
    EXPECT_EQ(refuse_twice({value("bad")}), "Put {}");

    answer(500);
    EXPECT_EQ(remembered(), "rest: backoff");
    begin();
    say(Fetched{Json::object()});
    EXPECT_EQ(say(Reconciled{}), "Freeze 500");
    EXPECT_EQ(freeze({value("bad")}), R"(Put {"bad":1})");
    EXPECT_EQ(answer(400), "Put {}");
}

TEST_F(EngineRefusalsTest, AKeyRefusedAloneIsSetAsideOnceAnotherIsAccepted) {
    EXPECT_EQ(refuse_twice({value("bad"), value("good")}), "Freeze 1");
    freeze({value("bad")}, pending(2));
    EXPECT_EQ(answer(400), "Freeze 1 after 1");
    freeze({value("good")}, pending(2));
    EXPECT_EQ(say(Accepted{}), "Settle good");
    EXPECT_EQ(say(Settled{pending(1)}), "Reject bad: no");
}

TEST_F(EngineRefusalsTest, WhatWasRefusedBeforeIsTriedAgainLater) {
    std::vector<Time> waits;
    for (unsigned refusals = 0; refusals < 8; ++refusals) {
        engine = start();
        now = 0s;
        begin();
        say(Fetched{Json::object()});
        say(Reconciled{});
        auto pending = value("bad");
        pending.refusals = refusals;
        freeze({pending}, {}, /*retry=*/true);
        auto const failure = Failure{Fault::refused, "no", 400};
        auto const reject = std::get<Reject>(engine.handle(Failed{failure}, now).value());
        waits.push_back(reject.retry_at - now);
    }

    EXPECT_THAT(waits, testing::ElementsAre(25s, 125s, 625s, 3125s, 15625s, 78125s, 24h, 24h));
}

TEST_F(EngineRefusalsTest, ARetriedKeyThatIsRefusedAgainHoldsUpNobody) {
    begin();
    say(Fetched{Json::object()});
    say(Reconciled{});
    freeze({value("bad")}, {}, /*retry=*/true);

    EXPECT_EQ(answer(400), "Reject bad: no");
    EXPECT_EQ(say(SetAside{}), "Freeze 500");
    EXPECT_EQ(freeze({}), "rest: idle");
    EXPECT_EQ(engine.report().failures, 0U);
}

TEST_F(EngineRefusalsTest, ASearchEndsWhenItsKeysAreGone) {
    refuse_twice({value("a"), value("b")});
    freeze({value("a")}, pending(2));
    EXPECT_EQ(answer(400), "Freeze 1 after 1");
    EXPECT_EQ(freeze({}), "Remember");
    remembered();
    begin();
    say(Fetched{Json::object()});

    EXPECT_EQ(say(Reconciled{}), "Freeze 500");
}

// Too large -------------------------------------------------------------------------------------

TEST_F(EngineRefusalsTest, SendsABatchThatIsTooLargeInHalves) {
    round({value("a"), value("b"), value("c"), value("d")});
    EXPECT_EQ(answer(413), "Freeze 2");
    freeze({value("a"), value("b")}, pending(4));
    EXPECT_EQ(answer(413), "Freeze 1");
    freeze({value("a")}, pending(4));
    EXPECT_EQ(say(Accepted{}), "Settle a");
    EXPECT_EQ(say(Settled{pending(3)}), "Freeze 1");
}

TEST_F(EngineRefusalsTest, SetsAsideAKeyThatIsTooLargeAloneOnceAnotherIsAccepted) {
    round({value("huge"), value("b"), value("c")});
    EXPECT_EQ(answer(413), "Freeze 1");
    freeze({value("huge")}, pending(3));
    EXPECT_EQ(answer(413), "Freeze 1 after 1");
    freeze({value("b")}, pending(3));
    EXPECT_EQ(say(Accepted{}), "Settle b");

    EXPECT_EQ(say(Settled{pending(2)}), "Reject huge: the server answered 413: no");
    EXPECT_EQ(say(SetAside{}), "Freeze 500") << "batches do not stay small for ever";
}

TEST_F(EngineRefusalsTest, AloneItIsSetAsideOnceTheServerTakesAnUpdateOfNothing) {
    round({value("huge")});
    EXPECT_EQ(answer(413), "Put {}");

    EXPECT_EQ(say(Accepted{}), "Reject huge: the server answered 413: no");
}

TEST_F(EngineRefusalsTest, NobodyIsTooLargeForAGatewayThatRefusesEverything) {
    round({value("a")});
    EXPECT_EQ(answer(413), "Put {}");
    EXPECT_EQ(answer(413), "Remember, answered");
    EXPECT_EQ(remembered(), "rest: backoff");
    EXPECT_TRUE(engine.report().refuses_everything);

    begin();
    say(Fetched{Json::object()});
    EXPECT_EQ(say(Reconciled{}), "Freeze 1");
    freeze({value("a")});
    EXPECT_EQ(say(Accepted{}), "Settle a");
}

TEST_F(EngineRefusalsTest, ASearchHeedsWhatIsTooLarge) {
    EXPECT_EQ(refuse_twice({value("a"), value("b"), value("c"), value("d")}), "Freeze 2");
    freeze({value("a"), value("b")}, pending(4));

    EXPECT_EQ(answer(413), "Freeze 1");
}

TEST_F(EngineRefusalsTest, ManyRemovalsGoInSeveralRequests) {
    Json many = Json::object();
    for (int n = 0; n < 10'000; ++n) many["member" + std::to_string(n)] = n;
    auto effect = round({{"a", Json{{"left", 1}}, many}});
    EXPECT_EQ(effect, R"(Put {"a":{"left":1}})");

    std::size_t requests = 0;
    for (effect = say(Accepted{}); effect.starts_with("Delete "); effect = say(Accepted{})) {
        EXPECT_LE(effect.size(), 70'000U);
        ++requests;
    }

    EXPECT_EQ(effect.substr(0, 5), "Fetch") << "which tells what became of them";
    EXPECT_GE(requests, 2U);
}

TEST_F(EngineRefusalsTest, RemovalsThatAreTooManyAtOnceGoInHalves) {
    round({{"a", std::nullopt, 1}, {"b", std::nullopt, 1}, {"c", std::nullopt, 1}});
    EXPECT_EQ(answer(413), "Delete a");
    EXPECT_EQ(say(Accepted{}), "Delete b");
    EXPECT_EQ(say(Accepted{}), "Delete c");

    EXPECT_EQ(say(Accepted{}), "Fetch");
}

TEST_F(EngineRefusalsTest, NoRemovalIsTooLargeForAGatewayThatRefusesEverything) {
    round({{"a", std::nullopt, 1}});
    EXPECT_EQ(answer(413), "Put {}");
    EXPECT_EQ(answer(413), "Remember, answered");

    EXPECT_EQ(remembered(), "rest: backoff");
}

TEST_F(EngineRefusalsTest, ARemovalThatIsTooLargeAfterItsValueArrivedIsLookedAt) {
    round({{"a", Json{{"y", 2}}, Json{{"x", 1}}}});
    EXPECT_EQ(say(Accepted{}), "Delete a.x");

    EXPECT_EQ(answer(413), "Fetch");
}

}  // namespace
}  // namespace settings::sync
