#include "sync/plan.h"

#include "model/change_set.h"

namespace settings::sync {
namespace {

Json const* pointer(std::optional<Json> const& value) { return value ? &*value : nullptr; }

}  // namespace

Plan plan(Batch const& batch) {
    Plan made;
    for (auto const& [key, local, mirror] : batch) {
        ChangeSet changes;
        Path path{key};
        diff_into(changes, path, pointer(mirror), pointer(local));
        for (auto const& change : changes)
            if (!change.after) made.removed.push_back(dotted(change.path));
        if (local) made.put[key] = *local;
    }
    return made;
}

}  // namespace settings::sync
