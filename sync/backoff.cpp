#include "sync/backoff.h"

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

}  // namespace settings::sync
