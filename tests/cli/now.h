#pragma once

#include <chrono>

#include "settings/value.h"

namespace settings::cli {

/// When the tests ask how long ago something was: 2026-11-23T19:00:00Z.
inline constexpr client::Time now =
    std::chrono::sys_days{std::chrono::year{2026} / 11 / 23} + std::chrono::hours{19};

}  // namespace settings::cli
