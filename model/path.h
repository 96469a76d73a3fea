#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/json.h"

namespace settings {
inline namespace model {

/// The names from the document's root down to one value, outermost first.
using Path = std::vector<std::string>;

/// The path as a person writes it: names joined by dots.
[[nodiscard]] std::string dotted(Path const& path);

/// Whether the dotted path could be read in another way, since a name holds a dot itself.
[[nodiscard]] bool is_ambiguous(Path const& path);

/// Splits at every dot. Empty names are kept: ".a" is {"", "a"}.
[[nodiscard]] Path split(std::string_view dotted);

/// Resolves a dotted path against a document.
///
/// A name may itself hold dots, so at each level the longest name that fits is tried first:
/// in {"a.b":1,"a":{"b":2}} the path "a.b" is the first. Arrays are values, not levels.
/// Returns nothing when no value has that path.
[[nodiscard]] std::optional<Path> resolve(Json const& document, std::string_view dotted);

/// The ways to cut a dotted path into a name and a rest, longest name first; the first has no rest.
struct Cut {
    std::string_view name;
    std::optional<std::string_view> rest;
};
[[nodiscard]] std::vector<Cut> cuts(std::string_view dotted);

/// The value at a path, or null when there is none.
[[nodiscard]] Json const* find(Json const& document, Path const& path);

}  // namespace model
}  // namespace settings
