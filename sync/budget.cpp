#include "sync/budget.h"

#include <algorithm>

namespace settings::sync {
namespace {

constexpr Time full = Budget::capacity * Budget::interval;

}  // namespace

Budget::Budget(Level level, Time now)
    : level_{std::clamp(level.owed, Time{0}, full), std::min(level.at, now)} {}

Time Budget::wait_for(unsigned tokens, Time now) const {
    return std::max(Time{0}, owed(now) + tokens * interval - full);
}

bool Budget::spend(unsigned tokens, Time now) {
    if (wait_for(tokens, now) > Time{0}) return false;
    level_ = {owed(now) + tokens * interval, now};
    return true;
}

Time Budget::owed(Time now) const {
    auto const since = std::max(Time{0}, now - level_.at);
    return std::max(Time{0}, level_.owed - since);
}

}  // namespace settings::sync
