#include "model/owner.h"

namespace settings {
inline namespace model {

bool contradicts(Owner const& one, Owner const& other) {
    if (one.origin != other.origin) return true;
    for (std::string const source : {"login", "userId", "sub", "email"}) {
        auto const here = one.names.find(source);
        auto const there = other.names.find(source);
        if (here != one.names.end() && there != other.names.end())
            return here->second != there->second;
    }
    return false;
}

Owner joined(Owner known, Owner const& further) {
    known.names.insert(further.names.begin(), further.names.end());
    return known;
}

Json to_json(Owner const& owner) { return {{"origin", owner.origin}, {"names", owner.names}}; }

std::optional<Owner> owner_from(Json const& object) {
    auto const* origin = member(&object, "origin");
    auto const* names = member(&object, "names");
    if (origin == nullptr || !origin->is_string() || names == nullptr || !names->is_object())
        return std::nullopt;
    Owner owner{origin->get<std::string>()};
    for (auto const& [source, name] : names->items()) {
        if (!name.is_string()) return std::nullopt;
        owner.names.emplace(source, name.get<std::string>());
    }
    return owner;
}

}  // namespace model
}  // namespace settings
