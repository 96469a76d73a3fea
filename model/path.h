#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/json.h"

namespace settings {
inline namespace model {

/// The names from the document's root down to one value, outermost first.
using Path = std::vector<std::string>;

// A path as text is read by one rule, whoever asks, and for reading, writing and removing alike:
//
//   1. A key that is named just like the text wins: any key can be named as it is.
//   2. A text that begins with '/' is a JSON pointer (RFC 6901): /editor.fontSize is the one name
//      "editor.fontSize", /a/b is b in a, / is the empty name; ~1 stands for '/' and ~0 for '~'.
//   3. Any other text is names joined by dots. A name may itself hold dots, so at each level the
//      longest name that fits is tried first: in {"a.b":1,"a":{"b":2}} the path a.b is the first.
//
// Arrays are values, not levels.

/// The names joined by dots, as a person writes most paths.
[[nodiscard]] std::string dotted(Path const& path);

/// The path as a JSON pointer, which can be read in one way only.
[[nodiscard]] std::string pointer(Path const& path);

/// The path as text: dotted where that is read back as the same names in every document that has
/// them alone, else as a pointer.
[[nodiscard]] std::string path_text(Path const& path);

/// Whether the dotted path could be read in another way, since a name holds a dot itself.
[[nodiscard]] bool is_ambiguous(Path const& path);

/// Splits at every dot. Empty names are kept: ".a" is {"", "a"}.
[[nodiscard]] Path split(std::string_view dotted);

/// The names that a pointer lists; nothing for a text that does not begin with '/'. A '~' that
/// begins neither ~0 nor ~1 stands for itself.
[[nodiscard]] std::optional<Path> names_of_pointer(std::string_view text);

/// The names of a path whose document is not at hand: a pointer's, or one for each dot.
[[nodiscard]] Path names_in(std::string_view text);

/// Whether a text is short enough to be looked up as a path.
/// Errors: too_large, with the limit that it passes (limits.h).
[[nodiscard]] Result<void> check_path(std::string_view text);

/// A document whose keys and values are looked up one by one.
struct Keys {
    /// The last key, in the order of bytes, that is not behind `bound`. It may have no value.
    std::function<std::optional<std::string>(std::string_view bound)> last_up_to;
    /// The value of a key, or null. Must stay where it is until the path is resolved.
    std::function<Json const*(std::string const& key)> value_of;
    /// How many more objects may be looked into in vain (limits::detours); null for as many as
    /// there are. At 0 no value has any dotted path.
    std::size_t* detours = nullptr;
};

/// The keys of a document that is there as a whole; it must outlive them.
[[nodiscard]] Keys keys_of(Json const& document);

/// The keys that resolve() looks for a value in, among those of the document.
[[nodiscard]] std::vector<std::string> keys_along(Keys const& document, std::string_view text);

/// The names that a text leads along to a value, by the rule above; nothing when no value has that
/// path. Looks up few keys, however many dots the text has.
[[nodiscard]] std::optional<Path> resolve(Keys const& document, std::string_view text);
[[nodiscard]] std::optional<Path> resolve(Json const& document, std::string_view text);
/// Names that are known, one at least, if they lead to a value.
[[nodiscard]] std::optional<Path> resolve(Keys const& document, Path const& names);

/// The same by the third part of the rule alone: for what is left of a dotted path inside a value.
[[nodiscard]] std::optional<Path> resolve_dotted(Json const& value, std::string_view dotted);

/// The names that a value is written to: where resolve() finds one; else in the object that the
/// longest names lead to, with one new object for each dot that is left. What is written there,
/// resolve() finds.
///
/// Errors: conflict, when a value that is no object is in the way, or a new name would be empty
/// that is not in a pointer; too_large, when no detours are left.
[[nodiscard]] Result<Path> place_for(Keys const& document, std::string_view text);

/// The same for names that are known, one at least: these, unless a value is in the way.
[[nodiscard]] Result<Path> place_for(Keys const& document, Path const& names);

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
