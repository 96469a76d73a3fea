#pragma once

#include <chrono>

namespace settings::daemon {

/// The time that this machine has slept since it booted: what CLOCK_BOOTTIME counts and
/// CLOCK_MONOTONIC does not.
[[nodiscard]] std::chrono::nanoseconds time_asleep();

/// Tells a sleep of the machine from a clock that was set.
class SleepMeter {
  public:
    /// Both this and has_slept() are told what time_asleep() says.
    explicit SleepMeter(std::chrono::nanoseconds asleep) : asleep_{asleep} {}

    /// Whether the machine slept since it was last asked. Less than a second is none: it breaks no
    /// connection, and the two clocks are not read at one time.
    [[nodiscard]] bool has_slept(std::chrono::nanoseconds asleep);

  private:
    std::chrono::nanoseconds asleep_;
};

}  // namespace settings::daemon
