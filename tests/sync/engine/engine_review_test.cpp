#include "tests/sync/engine/engine_fixture.h"

namespace settings::sync {
namespace {

class EngineReviewTest : public EngineTest {
  protected:
    /// A whole round in which a document is held, and nothing else is to be sent.
    std::string hold(std::size_t document = 1) {
        EXPECT_EQ(begin(), "Fetch");
        say(Fetched{Json::object()});
        merge_held(document);
        return freeze({});
    }
    std::string merge_held(std::size_t document) {
        return say(Reconciled{.held = MassChange{10, 0, 10, document}});
    }
    /// What the next document is merged with.
    std::string next_merge() {
        begin();
        return say(Fetched{Json::object()});
    }
};

TEST_F(EngineReviewTest, ADocumentThatLostMuchWaitsForAPerson) {
    EXPECT_EQ(hold(), "rest: review");

    ASSERT_TRUE(engine.report().in_review);
    EXPECT_EQ(engine.report().in_review->removed, 10U);
    EXPECT_EQ(engine.report().last_clean_round, 0U);
    EXPECT_FALSE(engine.report().last_success);
}

TEST_F(EngineReviewTest, SendsMeanwhileWhatTheDocumentDoesNotTouch) {
    hold();
    engine.edited(now);
    EXPECT_EQ(posture(), "rest: debounce");
    begin();
    say(Fetched{Json::object()});
    merge_held(1);

    EXPECT_EQ(freeze({value("b")}), R"(Put {"b":1})");
    EXPECT_EQ(say(Accepted{}), "Settle b");
    EXPECT_EQ(say(Settled{}), "rest: review");
    EXPECT_EQ(engine.report().last_clean_round, 0U);
}

TEST_F(EngineReviewTest, WaitsForAPersonWheneverTheNextLookIs) {
    begin();
    say(Fetched{Json::object()});
    merge_held(1);

    EXPECT_EQ(say(Frozen{{}, false, look_at(now + 1min)}), "rest: review");
    EXPECT_EQ(wait(), 1min);
}

TEST_F(EngineReviewTest, LooksAgainWhetherTheDocumentIsStillLikeThat) {
    hold();
    EXPECT_GE(wait(), 25min);
    EXPECT_LE(wait(), 35min);

    EXPECT_EQ(next_merge(), "Reconcile {} on 1");
    say(Reconciled{});
    EXPECT_EQ(freeze({}), "rest: idle");
    EXPECT_FALSE(engine.report().in_review);
    EXPECT_GT(engine.report().last_clean_round, 0U);
}

TEST_F(EngineReviewTest, AVerdictGoesIntoTheNextMergeOnce) {
    for (auto const& [verdict, line] : {std::pair{Verdict::apply, "Reconcile {}, apply on 1"},
                                        std::pair{Verdict::refuse, "Reconcile {}, refuse on 1"}}) {
        engine = start();
        now = 0s;
        hold();
        engine.decide(verdict, now);

        EXPECT_EQ(next_merge(), line);
        say(Reconciled{});
        EXPECT_EQ(freeze({}), "rest: idle");
        EXPECT_EQ(next_merge(), "Reconcile {}");
    }
}

TEST_F(EngineReviewTest, AVerdictOutlivesARoundThatFails) {
    hold();
    engine.decide(Verdict::apply, now);
    begin();
    answer(500);
    remembered();

    EXPECT_EQ(next_merge(), "Reconcile {}, apply on 1");
}

TEST_F(EngineReviewTest, AVerdictDuringALookNeedNotWaitForTheNextOne) {
    hold();
    next_merge();
    engine.decide(Verdict::apply, now);
    merge_held(1);

    EXPECT_EQ(freeze({}), "rest: due");
    EXPECT_EQ(next_merge(), "Reconcile {}, apply on 1");
}

TEST_F(EngineReviewTest, AVerdictIsOnTheDocumentThatWasHeldAndOnNoOther) {
    hold();
    engine.decide(Verdict::apply, now);
    next_merge();
    merge_held(2);
    EXPECT_EQ(freeze({}), "rest: review");

    EXPECT_EQ(next_merge(), "Reconcile {} on 2");
}

TEST_F(EngineReviewTest, ADecisionOnKeysIsFollowedByALook) {
    hold();

    engine.decided(MassChange{10, 0, 4, 7}, now);

    EXPECT_EQ(posture(), "rest: due");
    EXPECT_EQ(engine.report().in_review.value().removed, 4U);
    EXPECT_EQ(next_merge(), "Reconcile {} on 7");
}

TEST_F(EngineReviewTest, ADecisionOnTheLastKeysEndsTheReview) {
    hold();

    engine.decided(std::nullopt, now);

    EXPECT_FALSE(engine.report().in_review);
    EXPECT_EQ(next_merge(), "Reconcile {}");
    say(Reconciled{});
    EXPECT_EQ(freeze({}), "rest: idle");
}

TEST_F(EngineReviewTest, AVerdictOnNothingIsNone) {
    engine.decide(Verdict::apply, now);

    EXPECT_EQ(next_merge(), "Reconcile {}");
}

TEST_F(EngineReviewTest, AMachineWithoutPeopleTakesEachDocumentOver) {
    hold();
    Options options;
    options.holds_removals = false;
    engine.configure(options);

    EXPECT_EQ(next_merge(), "Reconcile {}, apply");
}

}  // namespace
}  // namespace settings::sync
