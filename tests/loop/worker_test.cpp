#include "loop/worker.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <chrono>
#include <future>
#include <stdexcept>
#include <string>
#include <thread>

namespace settings::loop {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;

constexpr std::size_t small = Worker::large - 1;

class WorkerTest : public testing::Test {
  protected:
    /// Begins work; what it returns is in `result` once the loop has run for long enough.
    template <class Work>
    void begin(std::size_t bytes, Work work) {
        asio::co_spawn(context, worker.run(bytes, std::move(work)),
                       [this](std::exception_ptr const& cause, std::string done) {
                           failure = cause;
                           result = std::move(done);
                           has_ended = true;
                       });
    }

    void run_until_it_ends() {
        while (!has_ended) context.run_one();
    }

    asio::io_context context{1};
    asio::executor_work_guard<asio::io_context::executor_type> const busy{context.get_executor()};
    Worker worker{context.get_executor()};
    std::exception_ptr failure;
    std::string result;
    bool has_ended = false;
};

TEST_F(WorkerTest, SmallWorkIsDoneAtOnce) {
    begin(small, [] { return std::string{"done"}; });

    context.poll();

    EXPECT_TRUE(has_ended);
    EXPECT_EQ(result, "done");
}

TEST_F(WorkerTest, TheLoopGoesOnDuringLargeWork) {
    std::promise<void> told;
    begin(Worker::large, [heard = told.get_future().share()] {
        bool const is_told = heard.wait_for(30s) == std::future_status::ready;
        return std::string{is_told ? "the loop went on" : "the loop was held up"};
    });
    asio::post(context, [&told] { told.set_value(); });

    run_until_it_ends();

    EXPECT_EQ(result, "the loop went on");
}

TEST_F(WorkerTest, GoesOnOnTheLoopAndLeavesTheWorkBehind) {
    std::thread::id destroyed_on, ended_on;
    auto const end = [&destroyed_on](int const* value) {
        destroyed_on = std::this_thread::get_id();
        delete value;
    };
    auto work = [kept = std::shared_ptr<int const>{new int{7}, end}] {
        return std::to_string(*kept);
    };
    asio::co_spawn(context, worker.run(Worker::large, std::move(work)),
                   [&](std::exception_ptr const&, std::string done) {
                       ended_on = std::this_thread::get_id();
                       result = std::move(done);
                       has_ended = true;
                   });

    run_until_it_ends();

    EXPECT_EQ(result, "7");
    EXPECT_EQ(ended_on, std::this_thread::get_id());
    EXPECT_NE(destroyed_on, std::thread::id{});
    EXPECT_NE(destroyed_on, std::this_thread::get_id());
}

TEST_F(WorkerTest, ThrowsWhatTheWorkThrows) {
    for (auto const bytes : {small, Worker::large}) {
        has_ended = false;
        begin(bytes, []() -> std::string { throw std::runtime_error{"no"}; });
        run_until_it_ends();
        EXPECT_THROW(std::rethrow_exception(failure), std::runtime_error);
    }
}

TEST_F(WorkerTest, BeginsTheNextOnceTheLoopHasTheResult) {
    std::promise<void> first, second;
    worker.post(
        Worker::large, [&] { first.set_value(); }, [] {});
    worker.post(
        Worker::large, [&] { second.set_value(); }, [this] { has_ended = true; });
    auto const begun = second.get_future();
    first.get_future().wait();

    EXPECT_EQ(begun.wait_for(50ms), std::future_status::timeout);
    run_until_it_ends();
    EXPECT_EQ(begun.wait_for(0s), std::future_status::ready);
}

TEST_F(WorkerTest, WhatWaitsWhenItStopsIsDropped) {
    auto const kept = std::make_shared<int>(7);
    std::weak_ptr<int> const watched{kept};
    worker.post(
        Worker::large, [] {}, [] {});
    worker.post(
        Worker::large, [kept] {}, [kept] { FAIL() << "it was never begun"; });

    worker.stop();

    EXPECT_EQ(kept.use_count(), 1);
    context.poll();
}

TEST_F(WorkerTest, WhatIsLargeIsDestroyedOnTheThread) {
    std::promise<std::thread::id> destroyed_on;
    auto const end = [&destroyed_on](int const* value) {
        destroyed_on.set_value(std::this_thread::get_id());
        delete value;
    };

    worker.dispose(Worker::large, std::shared_ptr<int const>{new int{7}, end});

    EXPECT_NE(destroyed_on.get_future().get(), std::this_thread::get_id());
}

TEST_F(WorkerTest, WhoIsNoCoroutineIsToldOnTheLoop) {
    std::thread::id worked_on, told_on;
    worker.post(
        Worker::large, [&] { worked_on = std::this_thread::get_id(); },
        [&] {
            told_on = std::this_thread::get_id();
            has_ended = true;
        });
    EXPECT_FALSE(has_ended);

    run_until_it_ends();

    EXPECT_NE(worked_on, std::this_thread::get_id());
    EXPECT_EQ(told_on, std::this_thread::get_id());
}

TEST_F(WorkerTest, AStopEndsWhatIsInHandAndThenAllIsDoneAtOnce) {
    std::promise<void> begun;
    begin(Worker::large, [&begun] {
        begun.set_value();
        return std::string{"in hand"};
    });
    context.poll();
    begun.get_future().wait();

    worker.stop();
    run_until_it_ends();
    EXPECT_EQ(result, "in hand");

    has_ended = false;
    begin(Worker::large, [] { return std::string{"at once"}; });
    context.poll();
    EXPECT_EQ(result, "at once");
}

}  // namespace
}  // namespace settings::loop
