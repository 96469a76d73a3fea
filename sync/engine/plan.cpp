#include "sync/engine/plan.h"

namespace settings::sync {

Plan plan(Batch const& batch) {
    Plan made;
    for (auto const& pending : batch) {
        auto const removed = removed_paths(pending);
        made.removed.insert(made.removed.end(), removed.begin(), removed.end());
        if (pending.local) made.put[pending.key] = *pending.local;
    }
    return made;
}

}  // namespace settings::sync
