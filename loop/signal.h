#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/intrusive/list.hpp>
#include <chrono>

namespace settings::loop {

/// Wakes waiting coroutines; carries no data. The data stands somewhere else, and a waiter looks
/// there again after each wake-up.
///
/// All calls on the loop's thread. Then "look, then wait" misses nothing: nobody else runs between
/// the look and the wait. A notify() that finds no waiter is forgotten.
class Signal {
  public:
    using Clock = std::chrono::steady_clock;

    explicit Signal(boost::asio::any_io_executor executor);
    Signal(Signal const&) = delete;
    Signal& operator=(Signal const&) = delete;

    class Waiter;

    /// Wakes all who wait now. They run after the caller has returned to the loop.
    void notify();

    /// Waits for the next notify(): true; or until the deadline, or the coroutine is cancelled:
    /// false. The signal must live until it is woken, or until the loop has stopped for good.
    [[nodiscard]] boost::asio::awaitable<bool> wait_until(Clock::time_point deadline);

    [[nodiscard]] bool has_waiters() const { return !waiters_.empty(); }

  private:
    using Hook = boost::intrusive::list_base_hook<
        boost::intrusive::link_mode<boost::intrusive::auto_unlink>>;
    struct Link : Hook {};
    using Waiters = boost::intrusive::list<Link, boost::intrusive::constant_time_size<false>>;

    boost::asio::any_io_executor executor_;
    Waiters waiters_;
};

/// One who waits again and again, and whom others may wake alone. Lives no longer than the signal.
class Signal::Waiter : Signal::Link {
  public:
    explicit Waiter(Signal& signal);

    /// As Signal::wait_until(), and until wake(): true as well. One wait at a time.
    [[nodiscard]] boost::asio::awaitable<bool> wait_until(Clock::time_point deadline);

    /// Ends the wait in hand.
    void wake();

  private:
    friend class Signal;

    Signal& signal_;
    boost::asio::steady_timer timer_;
    bool woken_ = false;
};

}  // namespace settings::loop
