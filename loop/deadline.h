#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <functional>
#include <memory>

namespace settings::loop {

/// The deadline of one operation after another, on one timer. For the loop's thread.
///
/// The timer is set anew only when a deadline comes nearer, which in a busy connection is never: a
/// deadline that lies later than the timer is found out when the timer fires. Beast's streams
/// have deadlines too, and set a timer for each operation.
class Deadline {
  public:
    using Clock = boost::asio::steady_timer::clock_type;

    /// `passed` is called on the loop, at most once for each operation, and has to end it.
    Deadline(boost::asio::any_io_executor executor, std::function<void()> passed);
    Deadline(Deadline const&) = delete;
    Deadline& operator=(Deadline const&) = delete;

    /// An operation begins that has to end before `time`.
    void start(Clock::time_point time);

    /// The operation has ended. Returns whether its deadline has passed: an operation that was done
    /// just before may have succeeded all the same.
    bool stop();

  private:
    void arm();
    void on_timer();

    boost::asio::steady_timer timer_;
    std::function<void()> passed_;
    Clock::time_point deadline_ = Clock::time_point::max();  ///< end of the operation under way
    Clock::time_point armed_ = Clock::time_point::max();     ///< when the timer will fire
    bool has_passed_ = false;
    std::shared_ptr<void> life_ = std::make_shared<char>();  ///< gone when a handler comes too late
};

}  // namespace settings::loop
