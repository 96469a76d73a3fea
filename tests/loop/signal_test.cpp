#include "loop/signal.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <exception>
#include <memory>
#include <vector>

namespace settings::loop {
namespace {

namespace asio = boost::asio;
constexpr auto never = Signal::Clock::time_point::max();

class SignalTest : public testing::Test {
  protected:
    /// Starts a waiter; its outcomes, one for each wait, are added to `outcomes`.
    void wait(Signal::Clock::time_point deadline, int times = 1) {
        asio::co_spawn(context, wait_repeatedly(deadline, times), rethrow);
    }

    asio::awaitable<void> wait_repeatedly(Signal::Clock::time_point deadline, int times) {
        for (int i = 0; i < times; ++i) {
            bool const notified = co_await signal.wait_until(deadline);
            outcomes.push_back(notified);
        }
    }

    static void rethrow(std::exception_ptr const& cause) {
        if (cause) std::rethrow_exception(cause);
    }

    asio::io_context context{1};
    Signal signal{context.get_executor()};
    std::vector<bool> outcomes;
};

TEST_F(SignalTest, WakesAllWhoWait) {
    wait(never);
    wait(never);
    wait(never);
    context.poll();
    EXPECT_TRUE(outcomes.empty());

    signal.notify();
    context.run();

    EXPECT_EQ(outcomes, (std::vector<bool>{true, true, true}));
}

TEST_F(SignalTest, TellsADeadlineFromAWakeUp) {
    wait(Signal::Clock::now());

    context.run();

    EXPECT_EQ(outcomes, std::vector<bool>{false});
}

TEST_F(SignalTest, CountsAWakeUpThatComesWithTheDeadline) {
    wait(Signal::Clock::now());
    // The first turn starts the wait, whose timer has expired by then; the second turn is ours,
    // before the waiter's.
    context.run_one();
    signal.notify();

    context.run();

    EXPECT_EQ(outcomes, std::vector<bool>{true});
}

TEST_F(SignalTest, ForgetsANotificationThatNobodyWaitsFor) {
    signal.notify();
    wait(Signal::Clock::now());

    context.run();

    EXPECT_EQ(outcomes, std::vector<bool>{false});
}

TEST_F(SignalTest, WakesAWaiterOnceForEachWait) {
    wait(never, 2);
    context.poll();
    signal.notify();
    signal.notify();
    context.poll();
    EXPECT_EQ(outcomes, std::vector<bool>{true});

    signal.notify();
    context.run();
    EXPECT_EQ(outcomes, (std::vector<bool>{true, true}));
}

TEST_F(SignalTest, LosesNoWakeUpBetweenLookAndWait) {
    constexpr int last = 1000;
    int published = 0;
    int seen = 0;
    auto follow = [&]() -> asio::awaitable<void> {
        while (seen < last) {
            seen = published;
            if (seen == last) break;
            bool const notified = co_await signal.wait_until(never);
            EXPECT_TRUE(notified);
        }
    };
    auto publish = [&]() -> asio::awaitable<void> {
        auto const executor = context.get_executor();
        while (published < last) {
            ++published;
            signal.notify();
            co_await asio::post(executor, asio::use_awaitable);
        }
    };
    asio::co_spawn(context, follow, rethrow);
    asio::co_spawn(context, publish, rethrow);

    context.run();

    EXPECT_EQ(seen, last);
}

TEST(SignalLifetimeTest, MayDieBeforeTheLoopThatHoldsItsWaiters) {
    asio::io_context context{1};
    auto signal = std::make_unique<Signal>(context.get_executor());
    asio::co_spawn(context, signal->wait_until(never), [](std::exception_ptr const&, bool) {});
    context.poll();

    signal.reset();
}

}  // namespace
}  // namespace settings::loop
