#pragma once

#include <string_view>

#include "emulator/json.h"

/// What the service's calls do to a user's document.
///
/// Written from the service's documentation alone. The product has its own merge and its own paths
/// (model/), and neither side uses the other's: a mistake in one of them shows as a difference in
/// every test that has the two talk to each other.
namespace settings::emulator {

/// What a PUT does where an object meets an object. The documentation leaves it open.
enum class Merge {
    deep,     ///< merges the members of the two, at every level
    shallow,  ///< puts the new object in the place of the old one
};

/// PUT: gives the document each member of `partial`; both are objects. null is a value.
void merge(Json& document, Json const& partial, Merge how);

/// DELETE: removes what one of its "keys" names, and returns whether there was such a thing. The
/// objects around it stay, even empty.
///
/// A dot leads into an object: "notifications.push". The documentation does not say what becomes of
/// a name that itself has dots; here such a name comes first, the longest one foremost.
bool delete_key(Json& document, std::string_view key);

}  // namespace settings::emulator
