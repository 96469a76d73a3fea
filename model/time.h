#pragma once

#include <chrono>

namespace settings {
inline namespace model {

/// A span of time, or a point on the daemon's clock: it runs while the machine runs or sleeps, is
/// never set, and goes on across restarts (see sync/engine/clock.h).
using Time = std::chrono::milliseconds;

}  // namespace model
}  // namespace settings
