#include "store/bond.h"

#include "model/json.h"

namespace settings::store {
namespace {

/// Whose document it is has been written down, and cannot be read any more: nobody is the same.
Owner nobody_known() { return {"what is damaged"}; }

}  // namespace

Bond::Bond(Connection& connection) : row_{connection, Memory::owner} {}

std::optional<Owner> Bond::owner() {
    auto const text = row_.recall();
    if (!text || *text == nobody_yet) return std::nullopt;
    auto const parsed = parse_json(*text);
    return (parsed ? owner_from(*parsed) : std::nullopt).value_or(nobody_known());
}

void Bond::join(Owner const& owner) {
    auto const known = this->owner();
    bool const is_same = known && !contradicts(*known, owner);
    auto const next = is_same ? joined(*known, owner) : owner;
    if (next != known) row_.remember(to_text(to_json(next)));
}

}  // namespace settings::store
