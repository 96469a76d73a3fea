#include "model/patch.h"

namespace settings {
inline namespace model {

void deep_merge(Json& target, Json const& partial) {
    if (!target.is_object() || !partial.is_object()) {
        target = partial;
        return;
    }
    for (auto const& [name, value] : partial.items()) {
        auto const member = target.find(name);
        if (member == target.end())
            target[name] = value;
        else
            deep_merge(*member, value);
    }
}

bool erase(Json& document, Path const& path) {
    Json* parent = &document;
    for (std::size_t level = 0; level + 1 < path.size(); ++level) {
        if (!parent->is_object()) return false;
        auto const member = parent->find(path[level]);
        if (member == parent->end()) return false;
        parent = &*member;
    }
    return !path.empty() && parent->is_object() && parent->erase(path.back()) == 1;
}

}  // namespace model
}  // namespace settings
