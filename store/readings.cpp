#include "store/readings.h"

#include <set>

#include "model/path.h"

namespace settings::store {
namespace {

/// Adds each path below `at` that leads to a value in `value` and reads as `dotted`.
void collect(std::set<Path>& found, Path const& at, Json const* value, std::string_view dotted) {
    for (auto const& [name, rest] : cuts(dotted)) {
        auto const* inner = member(value, name);
        if (inner == nullptr) continue;
        auto path = at;
        path.emplace_back(name);
        if (rest)
            collect(found, path, inner, *rest);
        else
            found.insert(std::move(path));
    }
}

}  // namespace

bool Readings::is_unclear(std::string_view dotted) {
    std::set<Path> found;
    for (auto const& [key, rest] : cuts(dotted)) {
        for (auto const& side : {&Setting::mirror, &Setting::local}) {
            auto const& value = setting(key).*side;
            Path const path{std::string{key}};
            if (value && rest)
                collect(found, path, &*value, *rest);
            else if (value)
                found.insert(path);
        }
    }
    return found.size() > 1;
}

Setting const& Readings::setting(std::string_view key) {
    auto const known = loaded_.find(key);
    if (known != loaded_.end()) return known->second;
    return loaded_.emplace(key, document_.load(key)).first->second;
}

}  // namespace settings::store
