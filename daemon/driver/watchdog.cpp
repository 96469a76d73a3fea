#include "daemon/driver/watchdog.h"

#include <algorithm>
#include <boost/asio/use_awaitable.hpp>
#include <utility>

#include "daemon/driver/await_writer.h"

namespace settings::daemon {

namespace asio = boost::asio;

namespace {

/// A shorter period leaves no time for anything else.
constexpr std::chrono::milliseconds shortest_interval{1};

}  // namespace

Watchdog::Watchdog(asio::any_io_executor executor, store::Writer& writer,
                   std::chrono::microseconds period, std::function<void()> feed)
    : timer_{std::move(executor)},
      writer_{writer},
      interval_{std::max<std::chrono::microseconds>(period / 2, shortest_interval)},
      feed_{std::move(feed)} {}

asio::awaitable<void> Watchdog::run() {
    for (std::uint64_t seen = 0;;) {
        auto nothing = [](store::Ledger&) { return Result<void>{}; };
        // Whatever the answer: a full queue is no sign of life, and a locked store none of death.
        (void)co_await async_write(writer_, std::move(nothing), asio::use_awaitable);
        auto const groups = writer_.groups();
        if (std::exchange(seen, groups) != groups) feed_();
        timer_.expires_after(interval_);
        co_await timer_.async_wait(asio::use_awaitable);
    }
}

}  // namespace settings::daemon
