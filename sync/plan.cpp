#include "sync/plan.h"

#include "model/change_set.h"

namespace settings::sync {
Plan plan(Batch const& batch) {
    Plan made;
    for (auto const& [key, local, mirror] : batch) {
        ChangeSet changes;
        Path path{key};
        diff_into(changes, path, pointer_to(mirror), pointer_to(local));
        for (auto const& change : changes)
            if (!change.after) made.removed.push_back(dotted(change.path));
        if (local) made.put[key] = *local;
    }
    return made;
}

}  // namespace settings::sync
