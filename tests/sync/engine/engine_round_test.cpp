#include "tests/sync/engine/engine_fixture.h"

namespace settings::sync {
namespace {

using EngineRoundTest = EngineTest;

TEST_F(EngineRoundTest, LooksAtTheServerAtOnceWhenItStarts) {
    EXPECT_EQ(posture(), "rest: due");
    EXPECT_EQ(wait(), 0s);

    EXPECT_EQ(wake(), "Remember");
    EXPECT_EQ(posture(), "awaits the store");
    EXPECT_EQ(say(Remembered{}), "Fetch");
}

TEST_F(EngineRoundTest, LooksMergesSendsAndSettles) {
    EXPECT_EQ(wake(), "Remember");
    EXPECT_EQ(say(Remembered{}), "Fetch");
    EXPECT_EQ(say(Fetched{Json{{"z", 1}}}), R"(Reconcile {"z":1})");
    EXPECT_EQ(say(Reconciled{}), "Freeze 500");
    EXPECT_EQ(say(Frozen{{value("a"), value("b", 2)}, false, pending(2)}), R"(Put {"a":1,"b":2})");
    EXPECT_EQ(say(Accepted{}), "Settle a, b");
    EXPECT_EQ(say(Settled{}), "rest: idle");

    EXPECT_EQ(engine.report().last_success, now);
    EXPECT_EQ(engine.report().failures, 0U);
}

TEST_F(EngineRoundTest, LooksAgainBeforeItFillsTheAccountUnseen) {
    constexpr std::size_t half = 512 * 1024;
    auto const take = [this](char const* key) {
        return say(Frozen{{value(key)}, false, pending(4), half});
    };
    begin();
    say(Fetched{Json::object()});
    say(Reconciled{});
    take("a");
    say(Accepted{});
    EXPECT_EQ(say(Settled{}), "Freeze 500");
    take("b");
    say(Accepted{});

    EXPECT_EQ(say(Settled{}), "Fetch");

    EXPECT_EQ(say(Fetched{Json::object()}), "Reconcile {}");
    EXPECT_EQ(say(Reconciled{}), "Freeze 500");
    take("c");
    say(Accepted{});
    EXPECT_EQ(say(Settled{}), "Freeze 500");
}

TEST_F(EngineRoundTest, SetsAsideWhatTheAccountHasNoRoomFor) {
    begin();
    say(Fetched{Json::object()});
    say(Reconciled{});

    EXPECT_THAT(say(Frozen{{}, false, pending(2), 0, {value("a"), value("b")}}),
                testing::StartsWith("Reject a, b"));

    EXPECT_EQ(say(SetAside{}), "Freeze 500");
    EXPECT_EQ(freeze({}), "rest: idle");
}

TEST_F(EngineRoundTest, RemembersItsSpendingBeforeTheFirstRequest) {
    auto const effect = engine.handle(Woke{}, now);

    ASSERT_TRUE(effect && std::holds_alternative<Remember>(*effect));
    EXPECT_EQ(engine.memory().budget.owed, Budget::usual_interval);
}

TEST_F(EngineRoundTest, HasPaidForABatchBeforeItIsFrozen) {
    begin();
    say(Fetched{Json::object()});
    auto const before = engine.memory().budget.owed;

    EXPECT_EQ(say(Reconciled{}), "Freeze 500");

    EXPECT_EQ(engine.memory().budget.owed, before + Budget::usual_interval);
    freeze({value("a")});
    EXPECT_EQ(engine.memory().budget.owed, before + Budget::usual_interval);
}

TEST_F(EngineRoundTest, ALookThatFindsNothingToDoRests) { EXPECT_EQ(round({}), "rest: idle"); }

TEST_F(EngineRoundTest, LooksAgainWithinASixthOfHalfAnHour) {
    round({});

    EXPECT_GE(wait(), 25min);
    EXPECT_LE(wait(), 35min);
    now = until() - 1ms;
    EXPECT_EQ(wake(), "rest: idle");
    EXPECT_EQ(wake_when_due(), "Remember");
}

TEST_F(EngineRoundTest, SendsBatchAfterBatchWhileMoreWaits) {
    EXPECT_EQ(round({value("a")}, pending(2)), R"(Put {"a":1})");
    EXPECT_EQ(say(Accepted{}), "Settle a");
    EXPECT_EQ(say(Settled{pending(1)}), "Freeze 500");
    EXPECT_EQ(freeze({value("b")}), R"(Put {"b":1})");
    EXPECT_EQ(say(Accepted{}), "Settle b");
    EXPECT_EQ(say(Settled{}), "rest: idle");
}

TEST_F(EngineRoundTest, MergesAsItIsToldTo) {
    Options options;
    options.winner = Winner::remote;
    engine.configure(options);
    begin();

    EXPECT_EQ(say(Fetched{Json::object()}), "Reconcile {}, remote wins");
}

// Removals --------------------------------------------------------------------------------------

TEST_F(EngineRoundTest, SettlesValuesThenSendsRemovalsAndBelievesTheLookOnly) {
    EXPECT_EQ(round({value("a"), removal("b")}), R"(Put {"a":1})");
    EXPECT_EQ(say(Accepted{}), "Settle a");
    EXPECT_EQ(say(Settled{}), "Delete b");
    EXPECT_EQ(say(Accepted{}), "Fetch");
    EXPECT_EQ(look({}), "rest: idle");
}

TEST_F(EngineRoundTest, DeletesWhatWentInsideAKeyThatStays) {
    Pending const inside{"a", Json{{"x", 1}}, Json{{"x", 1}, {"y", 2}}};

    EXPECT_EQ(round({inside}), R"(Put {"a":{"x":1}})");
    EXPECT_EQ(say(Accepted{}), "Delete a.y");
}

/// The look may lag behind what was accepted. Later ones decide, as about values.
TEST_F(EngineRoundTest, BelievesForNowARemovalThatWasAcceptedAndIsStillThere) {
    EXPECT_EQ(round({removal("a"), value("b")}), R"(Put {"b":1})");
    EXPECT_EQ(say(Accepted{}), "Settle b");
    EXPECT_EQ(say(Settled{}), "Delete a");
    EXPECT_EQ(say(Accepted{}), "Fetch");

    EXPECT_EQ(look({removal("a"), value("b")}), "Settle a");
    EXPECT_EQ(say(Settled{}), "Freeze 500");
    EXPECT_EQ(freeze({value("b")}), R"(Put {"b":1})");
    EXPECT_EQ(say(Accepted{}), "Settle b");
    EXPECT_EQ(say(Settled{look_at(now + 1min)}), "rest: verify");
}

TEST_F(EngineRoundTest, SetsAsideWhatTheServerAcceptsAndDoesNotKeep) {
    EXPECT_EQ(begin(), "Fetch");
    say(Fetched{Json::object()});
    Reconciled merged;
    merged.not_kept = {value("a")};

    EXPECT_EQ(say(merged), "Reject a: the server accepts it and does not keep it");
    EXPECT_EQ(say(SetAside{}), "Freeze 500");
    EXPECT_EQ(freeze({}), "rest: idle");
}

TEST_F(EngineRoundTest, ARemovalThatIsNotKeptIsCalledOne) {
    begin();
    say(Fetched{Json::object()});
    Reconciled merged;
    merged.not_kept = {removal("a")};

    EXPECT_EQ(say(merged), "Reject a: the server accepts the removal, and still has the setting");
}

TEST_F(EngineRoundTest, LooksAtOnceWhenTheServerRefusesARemoval) {
    for (unsigned const status : {400U, 404U, 410U, 422U}) {
        EXPECT_EQ(round({removal("b")}), "Delete b");
        EXPECT_EQ(answer(status), "Remember, answered") << status;
        EXPECT_EQ(remembered(), "Fetch");
        EXPECT_EQ(look({}), "rest: idle") << status;
    }
}

TEST_F(EngineRoundTest, GivesTheServersWordsForARemovalItRefusesTwice) {
    round({removal("b")});
    answer(400);
    remembered();
    look({removal("b")});
    remembered();
    round({removal("b")});
    answer(400);
    remembered();

    EXPECT_EQ(look({removal("b")}), "Reject b: no");
}

TEST_F(EngineRoundTest, ARefusedRemovalThatStandsThereFailsByTheServersAnswer) {
    for (auto const& [status, fault] :
         {std::pair{405U, Fault::missing}, std::pair{400U, Fault::refused}}) {
        engine = start();
        round({removal("b")});
        answer(status);
        remembered();

        EXPECT_EQ(look({removal("b")}), "Remember, answered");
        auto const failure = engine.report().last_failure;
        EXPECT_EQ(failure.fault, fault) << status;
        EXPECT_EQ(failure.status, status);
        EXPECT_THAT(failure.message, testing::EndsWith("no"));
        EXPECT_EQ(remembered(), "rest: backoff");
    }
}

TEST_F(EngineRoundTest, DoesNotAskToRemoveWhatTheServerCouldTakeForAnother) {
    auto unclear = removal("a.b");
    unclear.unclear = "a.b";

    EXPECT_THAT(round({unclear, value("c")}),
                testing::HasSubstr(R"(Reject a.b: the server could take "a.b" for another)"));
    EXPECT_EQ(say(SetAside{}), "Freeze 500");
    EXPECT_EQ(freeze({value("c")}), R"(Put {"c":1})");
}

TEST_F(EngineRoundTest, SettingAsideCostsNothingOfTheBudget) {
    begin();
    say(Fetched{Json::object()});
    say(Reconciled{});
    auto const before = engine.memory().budget.owed;
    auto unclear = removal("a.b");
    unclear.unclear = "a.b";

    freeze({unclear, value("c")});
    say(SetAside{});

    EXPECT_EQ(engine.memory().budget.owed, before);
}

// Looks that the store wishes for ---------------------------------------------------------------

TEST_F(EngineRoundTest, LooksWhenTheStoreWantsToKnowWhatBecameOfSomethingSent) {
    round({value("a")});
    say(Accepted{});

    EXPECT_EQ(say(Settled{look_at(now + 1min)}), "rest: verify");
    EXPECT_EQ(wait(), 1min);
    EXPECT_EQ(begin(), "Fetch");
}

TEST_F(EngineRoundTest, TriesAKeyThatWasSetAsideWhenItsTimeHasCome) {
    EXPECT_EQ(round({}, {.pending = 0, .next_retry = now + 25s, .look_at = now + 1min}),
              "rest: retry");
    EXPECT_EQ(wait(), 25s);

    begin();
    say(Fetched{Json::object()});
    say(Reconciled{});
    EXPECT_EQ(freeze({value("bad")}, {}, /*retry=*/true), R"(Put {"bad":1})");
    EXPECT_EQ(say(Accepted{}), "Settle bad");
    EXPECT_EQ(say(Settled{}), "Freeze 500");
    EXPECT_EQ(freeze({}), "rest: idle");
}

TEST_F(EngineRoundTest, ALookThatIsOverdueIsMadeAtOnceAndALateOneNotWaitedFor) {
    now = 1h;
    round({}, look_at(1min));
    EXPECT_EQ(wait(), 0s);

    EXPECT_EQ(round({}, {.pending = 0, .next_retry = now + 24h, .look_at = {}}), "rest: idle");
    EXPECT_LE(wait(), 35min);
}

TEST_F(EngineRoundTest, NeverRestsIdleOnWhatIsPending) {
    round({value("a")});
    say(Accepted{});

    EXPECT_EQ(say(Settled{pending(1)}), "rest: debounce");
    EXPECT_EQ(wait(), 2s);
}

}  // namespace
}  // namespace settings::sync
