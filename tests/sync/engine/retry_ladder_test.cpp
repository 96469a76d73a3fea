#include "sync/engine/retry_ladder.h"

#include <gtest/gtest.h>

namespace settings::sync {
namespace {

using namespace std::chrono_literals;

TEST(RetryLadderTest, EachRefusalMakesTheWaitFiveTimesAsLongUpToADay) {
    EXPECT_EQ(retry_ladder(0), 25s);
    EXPECT_EQ(retry_ladder(1), 125s);
    EXPECT_EQ(retry_ladder(5), 78'125s);
    EXPECT_EQ(retry_ladder(6), 24h);
    EXPECT_EQ(retry_ladder(4'000'000'000), 24h);
}

}  // namespace
}  // namespace settings::sync
