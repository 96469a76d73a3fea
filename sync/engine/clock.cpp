#include "sync/engine/clock.h"

namespace settings::sync {

Time clock_offset(std::optional<ClockReading> const& last, std::string_view boot_id,
                  Time since_boot) {
    if (!last) return Time{0};
    bool const is_same_boot = last->boot_id == boot_id && since_boot >= last->since_boot;
    return last->clock - (is_same_boot ? last->since_boot : since_boot);
}

}  // namespace settings::sync
