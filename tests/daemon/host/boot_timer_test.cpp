#include "daemon/host/boot_timer.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace settings::daemon {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

class BootTimerTest : public testing::Test {
  protected:
    void wait(std::optional<Time> deadline) {
        asio::co_spawn(loop, timer.wait_until(deadline), [this](std::exception_ptr const& cause) {
            ASSERT_FALSE(cause);
            ended_at = boot_now();
        });
    }

    asio::io_context loop{1};
    BootTimer timer{loop.get_executor()};
    std::optional<Time> ended_at;
};

TEST_F(BootTimerTest, EndsAtItsDeadlineAndNotBefore) {
    auto const deadline = boot_now() + 30ms;

    wait(deadline);
    loop.run();

    ASSERT_TRUE(ended_at);
    EXPECT_GE(*ended_at, deadline);
}

TEST_F(BootTimerTest, ADeadlineThatHasPassedEndsAtOnce) {
    wait(Time{-5s});
    loop.run();
    EXPECT_TRUE(ended_at);

    ended_at.reset();
    loop.restart();
    wait(Time{0});
    loop.run();
    EXPECT_TRUE(ended_at);
}

TEST_F(BootTimerTest, WakeEndsAWaitWithoutADeadline) {
    wait(std::nullopt);
    asio::post(loop, [this] { timer.wake(); });
    loop.run();

    EXPECT_TRUE(ended_at);
}

TEST_F(BootTimerTest, AWaitThatWasWokenLeavesNothingBehindForTheNext) {
    wait(boot_now() + 1ms);
    loop.run();
    loop.restart();
    ended_at.reset();
    auto const deadline = boot_now() + 30ms;

    wait(deadline);
    loop.run();

    ASSERT_TRUE(ended_at);
    EXPECT_GE(*ended_at, deadline);
}

}  // namespace
}  // namespace settings::daemon
