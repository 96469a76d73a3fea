#include "daemon/host/resume_watch.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <optional>

namespace settings::daemon {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

TEST(SleepMeterTest, ASleepIsToldOnce) {
    SleepMeter meter{5h};

    EXPECT_FALSE(meter.has_slept(5h));
    EXPECT_TRUE(meter.has_slept(5h + 1s));
    EXPECT_FALSE(meter.has_slept(5h + 1s));
    EXPECT_TRUE(meter.has_slept(5 * 24h));
}

TEST(SleepMeterTest, ReadingTheTwoClocksOneAfterTheOtherIsNoSleep) {
    SleepMeter meter{5h};

    EXPECT_FALSE(meter.has_slept(5h + 20ms));
    EXPECT_FALSE(meter.has_slept(5h - 20ms));
    EXPECT_FALSE(meter.has_slept(5h + 900ms));
}

TEST(SleepMeterTest, NoTimeIsSleptWhileThisRuns) {
    SleepMeter meter{time_asleep()};

    EXPECT_FALSE(meter.has_slept(time_asleep()));
}

TEST(ResumeWatchTest, WaitsInSilenceUntilItGoes) {
    asio::io_context loop{1};
    bool resumed = false;
    bool ended = false;
    std::optional<ResumeWatch> watch;
    watch.emplace(loop.get_executor(), [&] { resumed = true; });
    asio::co_spawn(loop, watch->run(), [&](std::exception_ptr const& cause) {
        EXPECT_FALSE(cause);
        ended = true;
    });

    loop.poll();
    EXPECT_FALSE(ended);
    watch.reset();
    loop.run();

    EXPECT_TRUE(ended);
    EXPECT_FALSE(resumed);
}

}  // namespace
}  // namespace settings::daemon
