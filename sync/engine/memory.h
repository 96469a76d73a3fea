#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "sync/engine/acquaintance.h"
#include "sync/engine/budget.h"
#include "sync/engine/clock.h"

namespace settings::sync {

/// What the engine must remember across a restart, so that neither a crash nor a reboot makes it
/// less patient than it was.
struct Memory {
    unsigned failures = 0;         ///< rounds in a row that failed
    unsigned server_failures = 0;  ///< rounds in a row that failed by the server's fault
    unsigned stops = 0;            ///< rounds in a row that ended because there is nothing for us
    Time backoff_until{};
    Time not_before{};  ///< end of the server's longest Retry-After
    Budget::Level budget;
    bool paused = false;
    std::string last_failure;                ///< a sentence: why there is a wait
    std::optional<Acquaintance::Word> said;  ///< a person's word with a login; no look came since

    std::optional<ClockReading> clock;  ///< the moment of this note; all times are on its clock
};

/// Why a sync is paused whose memory is damaged.
inline constexpr char const* damaged_memory =
    "what the sync remembered is damaged, and it may have been paused";

/// As JSON on one line.
[[nodiscard]] std::string to_text(Memory const& memory);

/// Reads what to_text() wrote; an empty text is a new Memory. So is a part that is missing or
/// damaged, but for one: where the text does not tell whether a person had paused the sync, it is
/// paused, for nothing must be sent then.
[[nodiscard]] Memory memory_from(std::string_view text);

}  // namespace settings::sync
