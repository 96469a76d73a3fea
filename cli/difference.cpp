#include "cli/difference.h"

#include <algorithm>

namespace settings::cli {
namespace {

/// Adds the change, or one for each leaf of an object that it adds.
void add_leaves(ChangeSet& leaves, Change const& change) {
    bool const adds_members =
        !change.before && change.after && change.after->is_object() && !change.after->empty();
    if (!adds_members) {
        leaves.push_back(change);
        return;
    }
    for (auto const& [name, value] : change.after->items()) {
        Change member{change.path, std::nullopt, value};
        member.path.push_back(name);
        add_leaves(leaves, member);
    }
}

}  // namespace

ChangeSet difference(Json const& before, Json const& after) {
    ChangeSet changes;
    for (auto const& change : diff(before, after)) add_leaves(changes, change);
    std::ranges::sort(changes, {}, &Change::path);
    return changes;
}

}  // namespace settings::cli
