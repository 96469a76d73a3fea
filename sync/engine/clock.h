#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/time.h"

namespace settings::sync {

/// Where the daemon's clock stood at one moment, noted so that it can go on from there.
struct ClockReading {
    std::string boot_id;  ///< /proc/sys/kernel/random/boot_id
    Time since_boot{};    ///< CLOCK_BOOTTIME
    Time clock{};         ///< the daemon's clock
};

/// What to add to CLOCK_BOOTTIME to get the daemon's clock, which all waits are counted on.
///
/// In the same boot the clock has gone on meanwhile. After another boot it goes on from where it
/// stood, as if the machine had been stopped: a wait keeps what was left of it, and the wall
/// clock, which may be years wrong, decides nothing.
[[nodiscard]] Time clock_offset(std::optional<ClockReading> const& last, std::string_view boot_id,
                                Time since_boot);

}  // namespace settings::sync
