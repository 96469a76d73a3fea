#include "model/exchange.h"

#include "model/change_set.h"

namespace settings {
inline namespace model {

std::vector<std::string> removed_paths(Pending const& pending) {
    std::vector<std::string> paths;
    for (auto const& change : changes_of(pending.key, pending.mirror, pending.local))
        if (!change.after) paths.push_back(dotted(change.path));
    return paths;
}

}  // namespace model
}  // namespace settings
