#include "ipc/signal.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

namespace settings::ipc {

namespace asio = boost::asio;

/// One wait, in the waiting coroutine's own frame. Takes itself off the list when that ends.
struct Signal::Waiter : Link {
    Waiter(asio::any_io_executor const& executor, Clock::time_point deadline)
        : timer{executor, deadline} {}

    asio::steady_timer timer;
    bool notified = false;
};

Signal::Signal(asio::any_io_executor executor) : executor_{std::move(executor)} {}

void Signal::notify() {
    for (Link& link : waiters_) {
        auto& waiter = static_cast<Waiter&>(link);
        // The flag and not the timer's outcome decides: a timer that has just expired is past
        // cancelling, and its wake-up is ours all the same.
        waiter.notified = true;
        waiter.timer.cancel();
    }
}

asio::awaitable<bool> Signal::wait_until(Clock::time_point deadline) {
    Waiter waiter{executor_, deadline};
    waiters_.push_back(waiter);
    (void)co_await waiter.timer.async_wait(asio::as_tuple(asio::use_awaitable));
    co_return waiter.notified;
}

}  // namespace settings::ipc
