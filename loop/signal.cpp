#include "loop/signal.h"

#include <utility>

#include "loop/as_errors.h"

namespace settings::loop {

namespace asio = boost::asio;

Signal::Signal(asio::any_io_executor executor) : executor_{std::move(executor)} {}

void Signal::notify() {
    for (Link& link : waiters_) static_cast<Waiter&>(link).wake();
}

asio::awaitable<bool> Signal::wait_until(Clock::time_point deadline) {
    Waiter waiter{*this};
    co_return co_await waiter.wait_until(deadline);
}

Signal::Waiter::Waiter(Signal& signal) : signal_{signal}, timer_{signal.executor_} {}

asio::awaitable<bool> Signal::Waiter::wait_until(Clock::time_point deadline) {
    woken_ = false;
    timer_.expires_at(deadline);
    signal_.waiters_.push_back(*this);
    (void)co_await timer_.async_wait(as_errors);
    unlink();
    co_return woken_;
}

void Signal::Waiter::wake() {
    // The flag and not the timer's outcome decides: a timer that has just expired is past
    // cancelling, and its wake-up is ours all the same.
    woken_ = true;
    timer_.cancel();
}

}  // namespace settings::loop
