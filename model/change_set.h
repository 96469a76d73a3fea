#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/path.h"

namespace settings {
inline namespace model {

/// One value that became another; nothing means absent.
struct Change {
    Path path;
    std::optional<Json> before;
    std::optional<Json> after;

    bool operator==(Change const&) const = default;
};

/// What turns one document into another. The noun of journal, watch and undo.
using ChangeSet = std::vector<Change>;

/// The changes from `before` to `after`: in each object by name, members that are new come last.
///
/// Descends only where both sides are objects; arrays are whole values. Laws:
/// apply_changes(before, diff(before, after)) makes `before` equal to `after`; diff(x, x) is empty.
[[nodiscard]] ChangeSet diff(Json const& before, Json const& after);

/// The same for the value of one top-level key, which may be absent on either side: the paths begin
/// with the key.
[[nodiscard]] ChangeSet changes_of(std::string const& key, std::optional<Json> const& before,
                                   std::optional<Json> const& after);

/// Gives every changed path its new value, making parents where they are missing.
void apply_changes(Json& document, ChangeSet const& changes);

/// Whether apply_changes() can put a value at a path without taking a place that something else
/// has.
[[nodiscard]] bool has_room(Json const& document, Path path);

/// The changes as JSON: [{"path":["a","b"],"old":…,"new":…}], "old" or "new" left out when absent.
[[nodiscard]] Json to_json(ChangeSet const& changes);

/// The changes that to_json() wrote; their values are not copied, since one may be a whole
/// document. Throws Json::exception for anything else.
[[nodiscard]] ChangeSet changes_from(Json list);

/// The changes at or below a path, as they are; of a change above it, only its effect on the value
/// at the path. In a dotted path a dot counts both as a part of a name and as a step; a pointer is
/// its names, or a key that is named just like it (path.h).
[[nodiscard]] ChangeSet excerpt(ChangeSet const& changes, std::string_view path);

}  // namespace model
}  // namespace settings
