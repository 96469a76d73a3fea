#include "model/owner.h"

namespace settings {
inline namespace model {

namespace {

/// The name that a source gives; null where it gives none.
std::string const* name_by(Owner const& owner, std::string const& source) {
    auto const found = owner.names.find(source);
    return found == owner.names.end() ? nullptr : &found->second;
}

/// Whether a claim of a token that said what the service itself says has become another. A renewed
/// token has the service's word of the login, and only its claims are its own.
bool ceased_to_repeat_login(Owner const& known, Owner const& other) {
    for (std::string const claim : {"userId", "sub"}) {
        auto const *const ours = name_by(known, claim), *const theirs = name_by(other, claim);
        bool const repeated_login =
            ours != nullptr && theirs != nullptr && *ours == known.names.at("login");
        if (repeated_login) return *ours != *theirs;
    }
    return false;
}

}  // namespace

bool contradicts(Owner const& known, Owner const& other) {
    if (known.origin != other.origin) return true;
    for (std::string const source : {"login", "userId", "sub", "email"}) {
        auto const *const ours = name_by(known, source), *const theirs = name_by(other, source);
        if (ours == nullptr || theirs == nullptr) continue;
        if (*ours != *theirs) return true;
        return source == "login" && ceased_to_repeat_login(known, other);
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
