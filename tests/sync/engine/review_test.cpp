#include "sync/engine/review.h"

#include <gtest/gtest.h>

namespace settings::sync {
namespace {

class ReviewTest : public testing::Test {
  protected:
    static constexpr std::size_t document = 1;  // hashes
    static constexpr std::size_t another = 2;
    static constexpr MassChange emptied{12, 0, 12};

    /// A document comes from the server and is held; gives the verdict that it was merged with.
    Verdict hold(std::size_t hash) {
        auto const verdict = review.verdict_on(hash);
        review.merged(hash, emptied);
        return verdict;
    }

    Review review;
};

TEST_F(ReviewTest, AVerdictIsOnTheDocumentThatIsHeld) {
    EXPECT_EQ(hold(document), Verdict::none);
    EXPECT_EQ(review.held(), emptied);

    EXPECT_TRUE(review.decide(Verdict::apply));

    EXPECT_EQ(review.verdict_on(document), Verdict::apply);
}

TEST_F(ReviewTest, AVerdictSaysNothingAboutAnotherDocument) {
    hold(document);
    EXPECT_TRUE(review.decide(Verdict::apply));

    EXPECT_EQ(review.verdict_on(another), Verdict::none);
    EXPECT_EQ(review.verdict_on(document), Verdict::none) << "it was for the document before";
}

TEST_F(ReviewTest, AVerdictDuringTheMergeOfAnotherDocumentIsForTheOneBefore) {
    hold(document);
    EXPECT_EQ(review.verdict_on(another), Verdict::none);
    EXPECT_TRUE(review.decide(Verdict::refuse));
    review.merged(another, emptied);

    EXPECT_EQ(review.verdict_on(another), Verdict::none);
}

TEST_F(ReviewTest, AVerdictDuringTheMergeOfTheSameDocumentCountsTheNextTime) {
    hold(document);
    EXPECT_EQ(review.verdict_on(document), Verdict::none);
    EXPECT_TRUE(review.decide(Verdict::refuse));
    review.merged(document, emptied);

    EXPECT_EQ(review.verdict_on(document), Verdict::refuse);
}

TEST_F(ReviewTest, AMergeUsesTheVerdictUp) {
    hold(document);
    EXPECT_TRUE(review.decide(Verdict::apply));
    EXPECT_EQ(review.verdict_on(document), Verdict::apply);
    review.merged(document, std::nullopt);

    EXPECT_EQ(review.held(), std::nullopt);
    EXPECT_EQ(hold(document), Verdict::none);
}

TEST_F(ReviewTest, AMergeThatFailedKeepsTheVerdict) {
    hold(document);
    EXPECT_TRUE(review.decide(Verdict::apply));
    EXPECT_EQ(review.verdict_on(document), Verdict::apply);

    EXPECT_EQ(review.verdict_on(document), Verdict::apply);
}

TEST_F(ReviewTest, ThereIsNothingToDecideWhenNothingIsHeld) {
    EXPECT_FALSE(review.decide(Verdict::apply));
    EXPECT_EQ(hold(document), Verdict::none);
}

}  // namespace
}  // namespace settings::sync
