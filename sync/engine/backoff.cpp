#include "sync/engine/backoff.h"

#include <algorithm>

namespace settings::sync {

Time Backoff::next(Dice& dice) {
    Time bound = options_.base;
    unsigned n = 0;
    for (; n < failures_ && bound < options_.cap; ++n) bound *= 2;
    bound = std::min(bound, options_.cap);
    for (; n < failures_ && bound < growth * options_.cap; ++n) bound += options_.cap / 4;
    ++failures_;
    return options_.floor + dice.up_to(bound);
}

}  // namespace settings::sync
