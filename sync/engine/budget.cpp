#include "sync/engine/budget.h"

#include <algorithm>

namespace settings::sync {
Budget::Budget(Time interval, Level level, Time now)
    : interval_{interval},
      level_{std::clamp(level.owed, Time{0}, full()), std::min(level.at, now)} {}

void Budget::configure(Time interval) {
    interval_ = interval;
    level_.owed = std::min(level_.owed, full());
}

Time Budget::wait_for(unsigned tokens, Time now) const {
    return std::max(Time{0}, owed(now) + tokens * interval_ - full());
}

bool Budget::spend(unsigned tokens, Time now) {
    if (wait_for(tokens, now) > Time{0}) return false;
    level_ = {owed(now) + tokens * interval_, now};
    return true;
}

Time Budget::owed(Time now) const {
    auto const since = std::max(Time{0}, now - level_.at);
    return std::max(Time{0}, level_.owed - since);
}

}  // namespace settings::sync
