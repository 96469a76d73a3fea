#pragma once

#include <chrono>

namespace settings::emulator {

/// When most tests take place.
inline constexpr std::chrono::sys_seconds noon{std::chrono::seconds{1'700'000'000}};

}  // namespace settings::emulator
