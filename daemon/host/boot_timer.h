#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <optional>

#include "model/time.h"

namespace settings::daemon {

/// The time since boot, time asleep included (CLOCK_BOOTTIME): it never jumps and is never set.
[[nodiscard]] Time boot_now();

/// Waits for a time on CLOCK_BOOTTIME, which Asio's own timers do not know: they stop while the
/// machine sleeps, and a wait of hours would be hours late after a resume. For the loop's thread;
/// one wait at a time.
class BootTimer {
  public:
    explicit BootTimer(boost::asio::any_io_executor const& executor);

    /// Returns at `deadline`, or after wake(); without a deadline only after wake().
    [[nodiscard]] boost::asio::awaitable<void> wait_until(std::optional<Time> deadline);

    /// Ends the wait in hand, if there is one.
    void wake();

  private:
    boost::asio::posix::stream_descriptor timer_;
};

}  // namespace settings::daemon
