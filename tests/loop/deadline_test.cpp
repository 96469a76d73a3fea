#include "loop/deadline.h"

#include <gtest/gtest.h>

#include <boost/asio/io_context.hpp>
#include <optional>

namespace settings::loop {
namespace {

using namespace std::chrono_literals;

class DeadlineTest : public testing::Test {
  protected:
    static Deadline::Clock::time_point in(std::chrono::milliseconds time) {
        return Deadline::Clock::now() + time;
    }

    boost::asio::io_context loop{1};
    int passed = 0;
    Deadline deadline{loop.get_executor(), [this] { ++passed; }};
};

TEST_F(DeadlineTest, PassesOnceForAnOperationThatDoesNotEnd) {
    deadline.start(in(1ms));
    loop.run();

    EXPECT_EQ(passed, 1);
    EXPECT_TRUE(deadline.stop());
    EXPECT_FALSE(deadline.stop());
}

TEST_F(DeadlineTest, LeavesAnOperationAloneThatEndsInTime) {
    deadline.start(in(1ms));
    EXPECT_FALSE(deadline.stop());
    loop.run();

    EXPECT_EQ(passed, 0);
}

TEST_F(DeadlineTest, GivesTheNextOperationItsOwnTime) {
    deadline.start(in(1ms));
    deadline.stop();
    deadline.start(in(1h));
    loop.run_one();  // the timer of the first operation
    EXPECT_EQ(passed, 0);

    deadline.stop();
    deadline.start(in(1ms));
    loop.run();
    EXPECT_EQ(passed, 1);
}

TEST_F(DeadlineTest, FindsOutALaterDeadlineWhenTheTimerFires) {
    deadline.start(in(1ms));
    deadline.stop();
    deadline.start(in(3ms));
    loop.run();

    EXPECT_EQ(passed, 1);
    EXPECT_TRUE(deadline.stop());
}

TEST_F(DeadlineTest, IsTheSameForTheNextOperationWhenOneHasPassed) {
    deadline.start(in(1ms));
    loop.run();
    deadline.stop();
    deadline.start(in(1ms));
    loop.restart();
    loop.run();

    EXPECT_EQ(passed, 2);
}

TEST(DeadlineLifeTest, MayGoWhileItsTimerIsOnItsWay) {
    boost::asio::io_context loop{1};
    int passed = 0;
    std::optional<Deadline> first;
    std::optional<Deadline> second;
    first.emplace(loop.get_executor(), [&] { ++passed, second.reset(); });
    second.emplace(loop.get_executor(), [&] { ++passed, first.reset(); });
    auto const now = Deadline::Clock::now();
    first->start(now);
    second->start(now);  // both timers fire in the same turn of the loop
    loop.run();

    EXPECT_EQ(passed, 1);
}

}  // namespace
}  // namespace settings::loop
