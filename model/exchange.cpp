#include "model/exchange.h"

#include "model/each_change.h"
#include "model/path.h"

namespace settings {
inline namespace model {

std::vector<std::string> removed_paths(Pending const& pending) {
    std::vector<std::string> paths;
    Path place{pending.key};
    each_change(place, pointer_to(pending.mirror), pointer_to(pending.local),
                [&paths](Path const& path, Json const*, Json const* after) {
                    if (after == nullptr) paths.push_back(dotted(path));
                });
    return paths;
}

bool is_by_server(Refusal const& refusal) {
    return refusal.status != 0 && refusal.status / 100 != 2;
}

}  // namespace model
}  // namespace settings
