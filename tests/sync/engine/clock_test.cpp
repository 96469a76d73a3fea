#include "sync/engine/clock.h"

#include <gtest/gtest.h>

namespace settings::sync {
namespace {

using namespace std::chrono_literals;

TEST(ClockTest, BeginsWithTheMachinesOwn) { EXPECT_EQ(clock_offset({}, "boot", 5min), 0s); }

TEST(ClockTest, GoesOnMeanwhileInTheSameBoot) {
    ClockReading const last{"boot", 10min, 100h};

    EXPECT_EQ(15min + clock_offset(last, "boot", 15min), 100h + 5min);
}

TEST(ClockTest, StandsStillWhileTheMachineIsOff) {
    ClockReading const last{"boot", 10min, 100h};

    EXPECT_EQ(2min + clock_offset(last, "another boot", 2min), 100h);
    EXPECT_EQ(20min + clock_offset(last, "another boot", 20min), 100h);
}

TEST(ClockTest, NeverGoesBack) {
    ClockReading const last{"boot", 10min, 100h};

    EXPECT_EQ(9min + clock_offset(last, "boot", 9min), 100h);
}

}  // namespace
}  // namespace settings::sync
