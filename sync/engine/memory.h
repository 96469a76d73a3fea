#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sync/engine/budget.h"
#include "sync/engine/clock.h"

namespace settings::sync {

/// What the engine must remember across a restart, so that neither a crash nor a reboot makes it
/// less patient than it was.
struct Memory {
    unsigned failures = 0;         ///< rounds in a row
    unsigned server_failures = 0;  ///< of those, by the server's fault; opens the breaker
    Time backoff_until{};
    Time not_before{};  ///< by the server's Retry-After
    Budget::Level budget;
    bool paused = false;
    std::string last_failure;  ///< in words, to say why there is a wait

    std::optional<ClockReading> clock;  ///< when this was noted; the times above are on that clock
};

/// As JSON on one line.
[[nodiscard]] std::string to_text(Memory const& memory);

/// Reads it back. What is missing or damaged is as in a new one: at worst a wait is forgotten.
[[nodiscard]] Memory memory_from(std::string_view text);

}  // namespace settings::sync
