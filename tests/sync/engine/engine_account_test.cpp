#include <limits>

#include "tests/sync/engine/engine_fixture.h"

namespace settings::sync {
namespace {

Owner owner(std::string const& name) { return {"https://backend.example", {{"sub", name}}}; }

Fetched document_of(std::string const& name) { return {Json::object(), owner(name)}; }

class EngineAccountTest : public EngineTest {
  protected:
    /// A round that meets the document of B, which is not ours.
    std::string meet_b() {
        EXPECT_EQ(begin(), "Fetch");
        EXPECT_EQ(say(document_of("b")), "Reconcile {}");
        return say(Reconciled{.encounter = Encounter{Encounter::Kind::account, 3, 12, 2}});
    }

    /// A round that begins once a person has spoken, up to its merge.
    std::string merge_of_b() {
        EXPECT_EQ(begin(), "Fetch");
        return say(document_of("b"));
    }

    static Reconciled merged(std::string const& name) { return {.owner = owner(name)}; }
};

TEST_F(EngineAccountTest, HoldsAnothersDocumentAndSendsNothing) {
    EXPECT_EQ(meet_b(), "rest: account");

    EXPECT_TRUE(engine.report().encounter);
    EXPECT_TRUE(needs_a_person(engine.posture()));
    engine.edited(now);
    EXPECT_EQ(posture(), "rest: account");
    EXPECT_EQ(engine.report().last_clean_round, 0U);
}

TEST_F(EngineAccountTest, ACleanLookEndsTheWait) {
    meet_b();

    EXPECT_EQ(round({}), "rest: idle");
    EXPECT_FALSE(engine.report().encounter);
}

TEST_F(EngineAccountTest, AWordGoesIntoTheNextMergeOnce) {
    for (auto const meeting : {Meeting::merge, Meeting::account, Meeting::device}) {
        engine = start();
        now = 0s;
        meet_b();
        engine.decide(meeting, {}, now);

        EXPECT_EQ(merge_of_b(), std::string{"Reconcile {}, meeting: "} + name_of(meeting));
        say(merged("b"));
        EXPECT_EQ(freeze({}), "rest: idle");
        EXPECT_EQ(merge_of_b(), "Reconcile {}");
    }
}

TEST_F(EngineAccountTest, AWordWithExceptionsIsOnTheDocumentThatWaitsAndOutlivesTheProcess) {
    begin();
    say(document_of("b"));
    constexpr std::size_t most = std::numeric_limits<std::size_t>::max();
    say(Reconciled{.encounter =
                       Encounter{.kind = Encounter::Kind::account,
                                 .values = {{"", 0}, {"a.b", most}, {"schön", 7}, {"other", 8}},
                                 .known = 12}});
    Exceptions const exceptions{{"", "a.b"}, {"schön"}};
    engine.decide(Meeting::merge, exceptions, now);
    engine = start(memory_from(to_text(engine.memory())));

    begin();
    auto const merge = engine.handle(document_of("b"), now);

    ASSERT_TRUE(merge);
    auto const& look = std::get<Reconcile>(*merge).look;
    EXPECT_EQ(look.exceptions,
              (Exceptions{{"", "a.b"}, {"schön"}, {{"", 0}, {"a.b", most}, {"schön", 7}}}));
    EXPECT_EQ(look.shown, 12U);
}

TEST_F(EngineAccountTest, ExceptionsOfAWordAreNotOnAnybodyElse) {
    meet_b();
    engine.decide(Meeting::merge, {{"a"}, {}}, now);
    begin();

    auto const merge = engine.handle(document_of("c"), now);

    ASSERT_TRUE(merge);
    EXPECT_TRUE(std::get<Reconcile>(*merge).look.exceptions.are_none());
}

TEST_F(EngineAccountTest, AWordIsNotOnAnybodyElse) {
    meet_b();
    engine.decide(Meeting::merge, {}, now);
    begin();

    EXPECT_EQ(say(document_of("c")), "Reconcile {}");
}

TEST_F(EngineAccountTest, NobodyDecidesOnWhatDoesNotWait) {
    engine.decide(Meeting::merge, {}, now);

    EXPECT_EQ(merge_of_b(), "Reconcile {}");
}

TEST_F(EngineAccountTest, AWordThatCameWithALoginIsOnItsFirstLook) {
    EXPECT_EQ(round({}), "rest: idle");
    engine.logged_in(owner("b"), Meeting::hold, now);
    EXPECT_EQ(posture(), "rest: due");

    EXPECT_EQ(merge_of_b(), "Reconcile {}, meeting: ask");
}

TEST_F(EngineAccountTest, AWordThatCameWithALoginOutlivesTheProcess) {
    engine.logged_in(owner("b"), Meeting::device, now);
    auto const memory = memory_from(to_text(engine.memory()));
    engine = start(memory);

    EXPECT_EQ(merge_of_b(), "Reconcile {}, meeting: device");
}

TEST_F(EngineAccountTest, ALoginWithoutAWordTakesBackTheFormerOne) {
    engine.logged_in(owner("b"), Meeting::device, now);
    engine.logged_in(owner("b"), std::nullopt, now);

    EXPECT_EQ(merge_of_b(), "Reconcile {}");
}

// A token that comes at an awkward time
// ------------------------------------------------------------

TEST_F(EngineAccountTest, WhatIsSentIsMeantForWhoseDocumentWasMerged) {
    begin();
    say(document_of("a"));
    say(merged("a"));
    freeze({value("k"), removal("gone")}, pending(2));
    EXPECT_EQ(last, R"(Put {"k":1})");
    say(Accepted{});
    auto const put = engine.handle(Settled{}, now);

    ASSERT_TRUE(put);
    EXPECT_EQ(std::get<Delete>(*put).owner, owner("a"));
}

TEST_F(EngineAccountTest, AStrangersTokenInTheMiddleOfARoundLeadsToALookAtTheirs) {
    begin();
    say(document_of("a"));
    say(merged("a"));
    EXPECT_EQ(freeze({value("k")}), R"(Put {"k":1})");

    EXPECT_EQ(fail(Fault::stranger), "Remember, nothing sent");
    EXPECT_EQ(remembered(), "Fetch");
    EXPECT_EQ(say(document_of("b")), "Reconcile {}");
    EXPECT_EQ(say(Reconciled{.encounter = Encounter{Encounter::Kind::account}}), "rest: account");
}

TEST_F(EngineAccountTest, ValuesThatWentBeforeTheStrangerCameStayInDoubt) {
    begin();
    say(document_of("a"));
    say(merged("a"));
    freeze({{"k", Json{{"y", 2}}, Json{{"x", 1}}}});
    EXPECT_EQ(say(Accepted{}), "Delete k.x");

    EXPECT_EQ(fail(Fault::stranger), "Fetch");
}

TEST_F(EngineAccountTest, ARoundSaysNothingOfATokenThatCameMeanwhile) {
    begin();
    say(document_of("a"));
    engine.token_changed(fixed(2), now);
    say(merged("a"));

    EXPECT_EQ(freeze({}), "rest: due");
    EXPECT_EQ(round({}), "rest: idle");
}

TEST_F(EngineAccountTest, AnotherTokenIsAReasonToLook) {
    for (auto const why : {"rest: idle", "rest: account"}) {
        engine = start();
        now = 0s;
        EXPECT_EQ(why == std::string{"rest: idle"} ? round({}) : meet_b(), why);

        engine.token_changed(fixed(1), now);
        EXPECT_EQ(posture(), why) << "it is the same";
        engine.token_changed(fixed(2), now);
        EXPECT_EQ(posture(), "rest: due");
        EXPECT_FALSE(engine.report().encounter);
    }
}

TEST_F(EngineAccountTest, AnotherTokenIsAReasonToLookWhileADocumentIsHeld) {
    begin();
    say(document_of("a"));
    say(Reconciled{.held = MassChange{10, 0, 10, 1}});
    EXPECT_EQ(freeze({}), "rest: review");

    engine.token_changed(fixed(2), now);

    EXPECT_EQ(posture(), "rest: due");
}

TEST_F(EngineAccountTest, ALoginEndsABackoff) {
    begin();
    answer(503);
    EXPECT_EQ(remembered(), "rest: backoff");

    engine.token_changed(fixed(2), now);
    engine.logged_in(owner("a"), std::nullopt, now);

    EXPECT_EQ(posture(), "rest: due");
}

}  // namespace
}  // namespace settings::sync
