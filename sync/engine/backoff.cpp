#include "sync/engine/backoff.h"

#include <algorithm>

namespace settings::sync {

Time Backoff::next(Dice& dice) {
    Time bound = options_.base;
    for (unsigned n = 0; n < failures_ && bound < options_.cap; ++n) bound *= 2;
    ++failures_;
    return options_.floor + dice.up_to(std::min(bound, options_.cap));
}

}  // namespace settings::sync
