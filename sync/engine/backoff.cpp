#include "sync/engine/backoff.h"

#include <algorithm>

namespace settings::sync {

Time Backoff::next() {
    Time bound = options_.base;
    for (unsigned n = 0; n < failures_ && bound < options_.cap; ++n) bound *= 2;
    ++failures_;
    return options_.floor + jitter(std::min(bound, options_.cap));
}

Time Backoff::jitter(Time bound) {
    return Time{std::uniform_int_distribution<Time::rep>{0, bound.count()}(random_)};
}

Time retry_ladder(unsigned refusals) {
    using namespace std::chrono_literals;
    Time wait = 25s;
    for (unsigned n = 0; n < refusals && wait < 24h; ++n) wait *= 5;
    return std::min<Time>(wait, 24h);
}

}  // namespace settings::sync
