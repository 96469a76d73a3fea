#include "store/bond.h"

#include "model/json.h"

namespace settings::store {
namespace {

/// Whose document it is has been written down, and cannot be read any more: nobody is the same.
Owner nobody_known() { return {"what is damaged"}; }

}  // namespace

std::optional<Owner> owner_in(std::string_view row) {
    auto const object = parse_json(row);
    return object ? owner_from(*object) : std::nullopt;
}

void forget_former_document(Connection& connection) {
    connection.execute(
        "UPDATE setting SET mirror = NULL WHERE mirror IS NOT NULL; "
        "DELETE FROM setting WHERE local IS NULL; DELETE FROM sent; DELETE FROM rejected; "
        "DELETE FROM memory WHERE name IN ('held', 'held_in_part', 'unmet')");
}

Bond::Bond(Connection& connection) : row_{connection, Memory::owner} {}

std::optional<Owner> Bond::owner() {
    auto const text = row_.recall();
    if (!text || *text == nobody_yet) return std::nullopt;
    return owner_in(*text).value_or(nobody_known());
}

void Bond::join(Owner const& owner) {
    auto const known = this->owner();
    bool const is_same = known && !contradicts(*known, owner);
    auto const next = is_same ? joined(*known, owner) : owner;
    if (next != known) row_.remember(to_text(to_json(next)));
}

}  // namespace settings::store
