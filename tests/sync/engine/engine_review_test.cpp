#include "tests/sync/engine/engine_fixture.h"

namespace settings::sync {
namespace {

class EngineReviewTest : public EngineTest {
  protected:
    std::string hold() {
        EXPECT_EQ(begin(), "Fetch");
        say(Fetched{Json::object()});
        return say(Reconciled{.held = MassChange{10, 0, 10}});
    }
};

TEST_F(EngineReviewTest, HoldsADocumentThatChangesTooMuchAndSendsNothing) {
    EXPECT_EQ(hold(), "rest: review");

    ASSERT_TRUE(engine.report().in_review);
    EXPECT_EQ(engine.report().in_review->removed, 10U);
    EXPECT_EQ(engine.report().last_clean_round, 0U);
    engine.edited(now);
    EXPECT_EQ(posture(), "rest: review");
}

TEST_F(EngineReviewTest, LooksAgainWhetherTheDocumentIsStillLikeThat) {
    hold();
    EXPECT_GE(wait(), 25min);
    EXPECT_LE(wait(), 30min);

    EXPECT_EQ(round({}), "rest: idle");
    EXPECT_FALSE(engine.report().in_review);
}

TEST_F(EngineReviewTest, AVerdictGoesIntoTheNextMergeOnce) {
    for (auto const& [verdict, line] : {std::pair{Verdict::apply, "Reconcile {}, apply"},
                                        std::pair{Verdict::refuse, "Reconcile {}, refuse"}}) {
        engine = start();
        now = 0s;
        hold();
        engine.decide(verdict, now);

        EXPECT_EQ(begin(), "Fetch");
        EXPECT_EQ(say(Fetched{Json::object()}), line);
        say(Reconciled{});
        EXPECT_EQ(freeze({}), "rest: idle");
        EXPECT_EQ(round({}), "rest: idle");
    }
}

TEST_F(EngineReviewTest, AVerdictOutlivesARoundThatFails) {
    hold();
    engine.decide(Verdict::apply, now);
    begin();
    answer(500);
    remembered();
    begin();

    EXPECT_EQ(say(Fetched{Json::object()}), "Reconcile {}, apply");
}

TEST_F(EngineReviewTest, AVerdictDuringALookNeedNotWaitForTheNextOne) {
    hold();
    begin();
    say(Fetched{Json::object()});
    engine.decide(Verdict::apply, now);

    EXPECT_EQ(say(Reconciled{.held = MassChange{10, 0, 10}}), "rest: due");
    begin();
    EXPECT_EQ(say(Fetched{Json::object()}), "Reconcile {}, apply");
}

TEST_F(EngineReviewTest, AVerdictIsOnTheDocumentThatWasHeldAndOnNoOther) {
    hold();
    engine.decide(Verdict::apply, now);
    begin();

    EXPECT_EQ(say(Fetched{{{"theme", 1}}}), R"(Reconcile {"theme":1})");
    EXPECT_EQ(say(Reconciled{.held = MassChange{10, 0, 9}}), "rest: review");
    EXPECT_EQ(begin(), "Fetch");
    EXPECT_EQ(say(Fetched{{{"theme", 1}}}), R"(Reconcile {"theme":1})");
}

TEST_F(EngineReviewTest, AVerdictDuringALookIsOnWhatWasHeldBefore) {
    hold();
    begin();
    say(Fetched{{{"theme", 1}}});
    engine.decide(Verdict::apply, now);

    EXPECT_EQ(say(Reconciled{.held = MassChange{10, 0, 9}}), "rest: due");
    begin();
    EXPECT_EQ(say(Fetched{{{"theme", 1}}}), R"(Reconcile {"theme":1})");
}

TEST_F(EngineReviewTest, AVerdictOnNothingIsNone) {
    engine.decide(Verdict::apply, now);
    begin();

    EXPECT_EQ(say(Fetched{Json::object()}), "Reconcile {}");
}

}  // namespace
}  // namespace settings::sync
