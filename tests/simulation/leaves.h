#pragma once

#include <map>
#include <optional>
#include <string>

#include "model/json.h"

namespace settings::simulation {

/// A document's leaves by path, as JSON text: whatever is no object, or an empty one. The names of
/// a path are joined by slashes, which no name in a simulation has.
using Leaves = std::map<std::string, std::string>;

/// The leaves of one top-level key's value.
[[nodiscard]] Leaves leaves_of(std::string const& key, std::optional<Json> const& value);
[[nodiscard]] Leaves leaves_of(Json const& document);

/// Whether the text of a leaf holds something, and in how many leaves there is something.
[[nodiscard]] bool is_filled(std::string const& text);
[[nodiscard]] std::size_t filled(Leaves const& leaves);

/// Calls visit(path, before, after) for each leaf that differs; null means absent.
template <class Visit>
void compare(Leaves const& before, Leaves const& after, Visit const& visit) {
    auto old = before.begin();
    auto now = after.begin();
    while (old != before.end() || now != after.end()) {
        bool const has_old =
            old != before.end() && (now == after.end() || old->first <= now->first);
        bool const has_now =
            now != after.end() && (old == before.end() || now->first <= old->first);
        auto const& path = has_old ? old->first : now->first;
        auto const* was = has_old ? &old->second : nullptr;
        auto const* is = has_now ? &now->second : nullptr;
        if (was == nullptr || is == nullptr || *was != *is) visit(path, was, is);
        if (has_old) ++old;
        if (has_now) ++now;
    }
}

/// Where two documents differ, for a person to read: "n0/a is 1 instead of 2, f1 is missing".
[[nodiscard]] std::string difference(Leaves const& found, Leaves const& expected);

}  // namespace settings::simulation
