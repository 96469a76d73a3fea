#pragma once

#include "model/time.h"

namespace settings::sync {

/// How long a key stays set aside whose value was set aside `refusals` times before: 25 s · 5ⁿ, a
/// day at most.
[[nodiscard]] Time retry_ladder(unsigned refusals);

}  // namespace settings::sync
