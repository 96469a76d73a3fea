#pragma once

#include <cstdint>
#include <string>

#include "model/rfc3339.h"
#include "model/time.h"

namespace settings::daemon {

/// The same moment on two clocks, to tell people about times that only the daemon's clock knows.
struct Moment {
    Time now{};                 ///< on the daemon's clock
    std::int64_t unix_now = 0;  ///< in milliseconds since 1970
};

/// A time of the daemon's clock as people see it, whatever the wall clock was then.
[[nodiscard]] std::string when(Moment const& moment, Time time);

/// How long until then, in one unit: "12 s", "5 min", "3 h".
[[nodiscard]] std::string until(Moment const& moment, Time time);

}  // namespace settings::daemon
