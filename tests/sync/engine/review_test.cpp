#include "sync/engine/review.h"

#include <gtest/gtest.h>

namespace settings::sync {
namespace {

constexpr std::size_t one = 1;
constexpr std::size_t other = 2;
constexpr MassChange emptied{12, 0, 12};

class ReviewTest : public testing::Test {
  protected:
    /// A document comes from the server and is held; gives the verdict that it was merged with.
    Verdict hold(std::size_t document) {
        auto const verdict = review.verdict_on(document);
        review.merged(document, emptied);
        return verdict;
    }

    Review review;
};

TEST_F(ReviewTest, AVerdictIsOnTheDocumentThatIsHeld) {
    EXPECT_EQ(hold(one), Verdict::none);
    EXPECT_EQ(review.held(), emptied);

    EXPECT_TRUE(review.decide(Verdict::apply));

    EXPECT_EQ(review.verdict_on(one), Verdict::apply);
}

TEST_F(ReviewTest, AVerdictSaysNothingAboutAnotherDocument) {
    hold(one);
    EXPECT_TRUE(review.decide(Verdict::apply));

    EXPECT_EQ(review.verdict_on(other), Verdict::none);
    EXPECT_EQ(review.verdict_on(one), Verdict::none) << "it was for the document before";
}

TEST_F(ReviewTest, AVerdictDuringTheMergeOfAnotherDocumentIsForTheOneBefore) {
    hold(one);
    EXPECT_EQ(review.verdict_on(other), Verdict::none);
    EXPECT_TRUE(review.decide(Verdict::refuse));
    review.merged(other, emptied);

    EXPECT_EQ(review.verdict_on(other), Verdict::none);
}

TEST_F(ReviewTest, AVerdictDuringTheMergeOfTheSameDocumentCountsTheNextTime) {
    hold(one);
    EXPECT_EQ(review.verdict_on(one), Verdict::none);
    EXPECT_TRUE(review.decide(Verdict::refuse));
    review.merged(one, emptied);

    EXPECT_EQ(review.verdict_on(one), Verdict::refuse);
}

TEST_F(ReviewTest, AMergeUsesTheVerdictUp) {
    hold(one);
    EXPECT_TRUE(review.decide(Verdict::apply));
    EXPECT_EQ(review.verdict_on(one), Verdict::apply);
    review.merged(one, std::nullopt);

    EXPECT_EQ(review.held(), std::nullopt);
    EXPECT_EQ(hold(one), Verdict::none);
}

TEST_F(ReviewTest, AMergeThatFailedKeepsTheVerdict) {
    hold(one);
    EXPECT_TRUE(review.decide(Verdict::apply));
    EXPECT_EQ(review.verdict_on(one), Verdict::apply);

    EXPECT_EQ(review.verdict_on(one), Verdict::apply);
}

TEST_F(ReviewTest, ThereIsNothingToDecideWhenNothingIsHeld) {
    EXPECT_FALSE(review.decide(Verdict::apply));
    EXPECT_EQ(hold(one), Verdict::none);
}

}  // namespace
}  // namespace settings::sync
