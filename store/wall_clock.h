#pragma once

#include <chrono>
#include <cstdint>
#include <functional>

namespace settings::store {

/// The time as people read it: Unix time in milliseconds. It may be years wrong, so it is only
/// ever shown.
using WallClock = std::function<std::int64_t()>;

/// The machine's own.
[[nodiscard]] inline std::int64_t unix_milliseconds() {
    using namespace std::chrono;
    return duration_cast<milliseconds>(system_clock::now().time_since_epoch()).count();
}

}  // namespace settings::store
