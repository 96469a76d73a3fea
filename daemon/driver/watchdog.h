#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/steady_timer.hpp>
#include <chrono>
#include <functional>

#include "store/writer.h"

namespace settings::daemon {

/// Tells whoever guards the process that it gets on: when the loop has come round and the writer
/// has answered, and at no other time. So a loop that spins and a flush that never returns get the
/// process replaced alike. For the loop's thread.
class Watchdog {
  public:
    /// `feed` is called twice in each `period` while all is well.
    Watchdog(boost::asio::any_io_executor executor, store::Writer& writer,
             std::chrono::microseconds period, std::function<void()> feed);

    /// Runs until the loop stops.
    [[nodiscard]] boost::asio::awaitable<void> run();

  private:
    boost::asio::steady_timer timer_;
    store::Writer& writer_;
    std::chrono::microseconds interval_;
    std::function<void()> feed_;
};

}  // namespace settings::daemon
