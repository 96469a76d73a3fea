#include "sync/engine/backoff.h"

#include <gtest/gtest.h>

#include <set>

namespace settings::sync {
namespace {

using namespace std::chrono_literals;

TEST(BackoffTest, DoublesItsBoundUpToTheCap) {
    std::vector<Time> longest(10);
    for (std::uint32_t seed = 0; seed < 500; ++seed) {
        Dice dice{seed};
        Backoff backoff{{.floor = 1s, .base = 2s, .cap = 10min}};
        for (auto& bound : longest) bound = std::max(bound, backoff.next(dice));
    }

    for (std::size_t n = 0; n < longest.size(); ++n) {
        Time const bound = 1s + std::min<Time>(10min, 2s * (1 << n));
        EXPECT_LE(longest[n], bound) << n;
        EXPECT_GT(longest[n], bound * 9 / 10) << n;
    }
}

TEST(BackoffTest, ItsCapGrowsWithTheOutageToThreeTimes) {
    auto const longest_after = [](unsigned failures) {
        Time longest{0};
        for (std::uint32_t seed = 0; seed < 500; ++seed) {
            Dice dice{seed};
            Backoff backoff{{}, failures};
            longest = std::max(longest, backoff.next(dice));
        }
        return longest;
    };
    EXPECT_LE(longest_after(9), 10min + 1s);
    EXPECT_LE(longest_after(13), 20min + 1s);
    EXPECT_GT(longest_after(13), 19min);
    for (unsigned const failures : {17U, 18U, 1'000'000U}) {
        EXPECT_LE(longest_after(failures), 30min + 1s);
        EXPECT_GT(longest_after(failures), 29min);
    }
}

TEST(BackoffTest, KeepsItsJitterAtTheCap) {
    Dice dice{1};
    Backoff backoff{{}};
    for (int n = 0; n < 20; ++n) static_cast<void>(backoff.next(dice));

    std::set<Time> waits;
    for (int n = 0; n < 50; ++n) waits.insert(backoff.next(dice));

    EXPECT_GT(waits.size(), 40U);
    EXPECT_LE(*waits.rbegin(), 30min + 1s);
}

TEST(BackoffTest, StartsAnewAfterASuccess) {
    Dice dice{1};
    Backoff backoff{{}};
    for (int n = 0; n < 20; ++n) static_cast<void>(backoff.next(dice));

    backoff.reset();

    EXPECT_EQ(backoff.failures(), 0U);
    EXPECT_LE(backoff.next(dice), 3s);
}

TEST(BackoffTest, GoesOnFromTheFailuresOfBefore) {
    Time longest{0};
    for (std::uint32_t seed = 0; seed < 100; ++seed) {
        Dice dice{seed};
        Backoff backoff{{}, /*failures=*/20};
        EXPECT_EQ(backoff.failures(), 20U);
        longest = std::max(longest, backoff.next(dice));
    }

    EXPECT_GT(longest, 29min);
    EXPECT_LE(longest, 30min + 1s);
}

TEST(BackoffTest, OneSeedGivesOneSeries) {
    Dice first{7};
    Dice second{7};
    Backoff one{{}};
    Backoff other{{}};
    for (int n = 0; n < 10; ++n) EXPECT_EQ(one.next(first), other.next(second));
}

}  // namespace
}  // namespace settings::sync
