#include "sync/engine/plan.h"

#include "model/change_set.h"

namespace settings::sync {
Plan plan(Batch const& batch) {
    Plan made;
    for (auto const& pending : batch) {
        ChangeSet changes;
        Path path{pending.key};
        diff_into(changes, path, pointer_to(pending.mirror), pointer_to(pending.local));
        for (auto const& change : changes)
            if (!change.after) made.removed.push_back(dotted(change.path));
        if (pending.local) made.put[pending.key] = *pending.local;
    }
    return made;
}

}  // namespace settings::sync
