#include "sync/engine/posture.h"

#include <gtest/gtest.h>

namespace settings::sync {
namespace {

bool needs_one_while_resting(Rest why) { return needs_a_person(Resting{Time{1}, why}); }

TEST(PostureTest, APauseALoginAReviewAndARefusalOfServiceNeedAPerson) {
    EXPECT_TRUE(needs_a_person(Paused{}));
    EXPECT_TRUE(needs_one_while_resting(Rest::login));
    EXPECT_TRUE(needs_one_while_resting(Rest::review));
    EXPECT_TRUE(needs_one_while_resting(Rest::stopped));
}

TEST(PostureTest, AllElseGoesOnByItself) {
    EXPECT_FALSE(needs_a_person(Awaiting{Looking{}}));
    for (auto const why : {Rest::due, Rest::idle, Rest::verify, Rest::retry, Rest::debounce,
                           Rest::backoff, Rest::retry_after, Rest::budget, Rest::offline})
        EXPECT_FALSE(needs_one_while_resting(why)) << static_cast<int>(why);
}

}  // namespace
}  // namespace settings::sync
