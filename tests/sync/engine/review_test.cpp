#include "sync/engine/review.h"

#include <gtest/gtest.h>

namespace settings::sync {
namespace {

class ReviewTest : public testing::Test {
  protected:
    static MassChange emptied(std::size_t document) { return {12, 0, 12, document}; }

    /// A document comes from the server and is held; gives what it was merged with.
    Verdict hold(std::size_t document) {
        auto const word = review.word();
        review.merged(emptied(document));
        return word.decides(emptied(document)) ? word.verdict : Verdict::none;
    }

    Review review;
};

TEST_F(ReviewTest, AVerdictIsOnTheDocumentThatIsHeld) {
    EXPECT_EQ(hold(1), Verdict::none);
    EXPECT_EQ(review.held().value().document, emptied(1).document);

    EXPECT_TRUE(review.decide(Verdict::apply));

    EXPECT_TRUE(review.word().decides(emptied(1)));
    EXPECT_FALSE(review.word().decides(emptied(2)));
}

TEST_F(ReviewTest, AVerdictSaysNothingAboutAnotherDocument) {
    hold(1);
    EXPECT_TRUE(review.decide(Verdict::apply));

    EXPECT_EQ(hold(2), Verdict::none);
    EXPECT_EQ(hold(1), Verdict::none) << "it was for the document before";
}

TEST_F(ReviewTest, AVerdictDuringTheMergeOfAnotherDocumentIsForTheOneBefore) {
    hold(1);
    EXPECT_TRUE(review.decide(Verdict::refuse));
    review.merged(emptied(2));

    EXPECT_EQ(review.word().verdict, Verdict::none);
}

TEST_F(ReviewTest, AVerdictDuringTheMergeOfTheSameDocumentCountsTheNextTime) {
    hold(1);
    EXPECT_TRUE(review.decide(Verdict::refuse));
    review.merged(emptied(1));

    EXPECT_EQ(review.word().verdict, Verdict::refuse);
}

TEST_F(ReviewTest, AMergeUsesTheVerdictUp) {
    hold(1);
    EXPECT_TRUE(review.decide(Verdict::apply));
    review.merged(std::nullopt);

    EXPECT_FALSE(review.held());
    EXPECT_EQ(hold(1), Verdict::none);
}

TEST_F(ReviewTest, TellsWhatIsHeldAlsoBeforeThereIsAVerdict) {
    EXPECT_EQ(review.word().on, std::nullopt);
    hold(7);

    EXPECT_EQ(review.word().on, 7U);
    EXPECT_FALSE(review.word().decides(emptied(7)));
}

TEST_F(ReviewTest, AVerdictIsOnWhatADecisionOnKeysHasLeft) {
    hold(1);
    EXPECT_TRUE(review.decide(Verdict::apply));
    review.decided(emptied(2));

    EXPECT_TRUE(review.word().decides(emptied(2)));
    EXPECT_EQ(review.held().value().document, 2U);
}

TEST_F(ReviewTest, NothingIsLeftOfAVerdictWhereNothingIsHeldAnyMore) {
    hold(1);
    EXPECT_TRUE(review.decide(Verdict::apply));
    review.decided(std::nullopt);

    EXPECT_FALSE(review.held());
    EXPECT_EQ(hold(1), Verdict::none);
}

TEST_F(ReviewTest, ThereIsNothingToDecideWhenNothingIsHeld) {
    EXPECT_FALSE(review.decide(Verdict::apply));
    EXPECT_EQ(hold(1), Verdict::none);
}

}  // namespace
}  // namespace settings::sync
