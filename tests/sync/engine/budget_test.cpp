#include "sync/engine/budget.h"

#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace settings::sync {
namespace {

using namespace std::chrono_literals;

TEST(BudgetTest, IsFullAtFirstAndThenEmpty) {
    Budget budget{Budget::usual_interval, {}, 0s};
    for (unsigned n = 0; n < Budget::capacity; ++n) EXPECT_TRUE(budget.spend(1, 0s)) << n;

    EXPECT_FALSE(budget.spend(1, 0s));
    EXPECT_EQ(budget.wait_for(1, 0s), 10s);
    EXPECT_EQ(budget.wait_for(5, 0s), 50s);
    EXPECT_FALSE(budget.spend(1, 10s - 1ms));
    EXPECT_TRUE(budget.spend(1, 10s));
}

TEST(BudgetTest, WhatIsNotThereIsNotTakenInPart) {
    Budget budget{Budget::usual_interval, {}, 0s};
    EXPECT_TRUE(budget.spend(58, 0s));

    EXPECT_FALSE(budget.spend(5, 0s));

    EXPECT_TRUE(budget.spend(2, 0s));
}

TEST(BudgetTest, NeverHoldsMoreThanItsCapacity) {
    Budget budget{Budget::usual_interval, {}, 0s};
    EXPECT_TRUE(budget.spend(60, 1000h));
    EXPECT_FALSE(budget.spend(1, 1000h));
}

TEST(BudgetTest, BoundsEveryWindowOfTime) {
    auto const seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random{seed};
    Budget budget{Budget::usual_interval, {}, 0s};
    std::vector<Time> spent;
    Time now{0};
    while (spent.size() < 3'000) {
        auto const is_busy = random() % 10 != 0;
        now += Time{static_cast<Time::rep>(random() % (is_busy ? 2'000 : 400'000))};
        unsigned const tokens = random() % 4 == 0 ? 5 : 1;
        if (!budget.spend(tokens, now)) continue;
        EXPECT_EQ(budget.wait_for(0, now), 0s);
        spent.insert(spent.end(), tokens, now);
    }

    for (std::size_t from = 0; from < spent.size(); ++from)
        for (std::size_t to = from; to < spent.size(); ++to)
            ASSERT_LE(Budget::usual_interval * (to - from + 1),
                      Budget::usual_interval * Budget::capacity + spent[to] - spent[from]);
}

TEST(BudgetTest, GoesOnFromALevel) {
    Budget before{Budget::usual_interval, {}, 0s};
    EXPECT_TRUE(before.spend(60, 5s));

    Budget after{Budget::usual_interval, before.level(), 15s};

    EXPECT_TRUE(after.spend(1, 15s));
    EXPECT_FALSE(after.spend(1, 15s));
}

TEST(BudgetTest, CutsALevelThatCannotBe) {
    Budget owing{Budget::usual_interval, {.owed = 1000h, .at = 0s}, 0s};
    EXPECT_EQ(owing.wait_for(1, 0s), 10s);
    Budget rich{Budget::usual_interval, {.owed = -1000h, .at = 0s}, 0s};
    EXPECT_TRUE(rich.spend(60, 0s));
    EXPECT_FALSE(rich.spend(1, 0s));
    Budget later{Budget::usual_interval, {.owed = 600s, .at = 1000h}, 1s};
    EXPECT_TRUE(later.spend(1, 11s));
}

TEST(BudgetTest, AShorterIntervalCountsForWhatIsOwedToo) {
    Budget budget{Budget::usual_interval, {}, 0s};
    EXPECT_TRUE(budget.spend(60, 0s));

    budget.configure(1s);

    EXPECT_EQ(budget.wait_for(1, 0s), 1s);
}

}  // namespace
}  // namespace settings::sync
