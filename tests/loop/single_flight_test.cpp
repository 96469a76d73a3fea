#include "loop/single_flight.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <vector>

namespace settings::loop {
namespace {

namespace asio = boost::asio;
using testing::ElementsAre;
using testing::IsEmpty;

class SingleFlightTest : public testing::Test {
  protected:
    void ask() { asio::co_spawn(context, ask_once(), rethrow); }

    asio::awaitable<void> ask_once() {
        auto work = work_until_told();
        int const result = co_await flight.run(std::move(work));
        results.push_back(result);
    }

    /// The result is how many such works have begun.
    asio::awaitable<int> work_until_told() {
        int const number = ++begun;
        co_await told.wait_until(Signal::Clock::time_point::max());
        co_return number;
    }

    static void rethrow(std::exception_ptr const& cause) {
        if (cause) std::rethrow_exception(cause);
    }

    asio::io_context context{1};
    Signal told{context.get_executor()};
    SingleFlight<int> flight{context.get_executor()};
    int begun = 0;
    std::vector<int> results;
};

TEST_F(SingleFlightTest, WhoeverAsksMeanwhileGetsTheSame) {
    ask();
    ask();
    ask();
    context.poll();
    EXPECT_EQ(begun, 1);
    EXPECT_THAT(results, IsEmpty());

    told.notify();
    context.run();

    EXPECT_THAT(results, ElementsAre(1, 1, 1));
}

TEST_F(SingleFlightTest, WhoeverAsksLaterGetsWorkThatBeganLater) {
    ask();
    context.poll();
    told.notify();
    context.run();
    context.restart();

    ask();
    context.poll();
    told.notify();
    context.run();

    EXPECT_THAT(results, ElementsAre(1, 2));
}

}  // namespace
}  // namespace settings::loop
