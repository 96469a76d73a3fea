#include "sync/engine/retry_ladder.h"

#include <algorithm>

namespace settings::sync {

Time retry_ladder(unsigned refusals) {
    using namespace std::chrono_literals;
    Time wait = 25s;
    for (unsigned n = 0; n < refusals && wait < 24h; ++n) wait *= 5;
    return std::min<Time>(wait, 24h);
}

}  // namespace settings::sync
