#pragma once

#include <optional>
#include <string>

#include "sync/engine/clock.h"

namespace settings::daemon {

/// The clock that all waits are counted on (model/time.h): CLOCK_BOOTTIME, going on from where a
/// former process left it.
class DaemonClock {
  public:
    /// `last` is what the former process noted. Throws std::runtime_error when the kernel does not
    /// tell which boot this is.
    explicit DaemonClock(std::optional<sync::ClockReading> const& last);

    [[nodiscard]] Time now() const;

    /// A time of this clock on CLOCK_BOOTTIME.
    [[nodiscard]] Time on_boottime(Time time) const { return time - offset_; }

    [[nodiscard]] sync::ClockReading reading() const;

  private:
    std::string boot_id_;
    Time offset_;
};

}  // namespace settings::daemon
