#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>

#include "daemon/host/sleep_meter.h"

namespace settings::daemon {

/// Tells when the machine woke from suspend. Sleeps until then, but for a look each time the wall
/// clock is set: the kernel tells of both in the same way (timerfd_create(2),
/// TFD_TIMER_CANCEL_ON_SET). For the loop's thread.
class ResumeWatch {
  public:
    /// Throws std::system_error.
    ResumeWatch(boost::asio::any_io_executor const& executor, std::function<void()> resumed);

    /// Calls `resumed` after each suspend, until the loop or this ends.
    [[nodiscard]] boost::asio::awaitable<void> run();

  private:
    boost::asio::posix::stream_descriptor clock_;
    SleepMeter meter_{time_asleep()};
    std::function<void()> resumed_;
};

}  // namespace settings::daemon
