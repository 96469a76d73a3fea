#pragma once

#include <string>
#include <variant>
#include <vector>

#include "model/path.h"

namespace settings {

/// What an app asks for; the three writes of the service, under the service's meaning.
struct Patch {
    Json partial;  ///< an object, merged into the document object by object
};
struct Replace {
    Json document;  ///< an object that becomes the whole document
};
struct Erase {
    std::vector<std::string> paths;  ///< dotted; one that names nothing is passed over
};
using Edit = std::variant<Patch, Replace, Erase>;

/// Merges `partial` into `target`, descending where both are objects; anything else replaces.
/// null is a value like any other (this is not RFC 7396).
void deep_merge(Json& target, Json const& partial);

/// Merges only the outermost members: each replaces the old one whole.
void shallow_merge(Json& target, Json const& partial);

/// Removes the value at a path, leaving its parents, even empty. Returns whether it was there.
bool erase(Json& document, Path const& path);

}  // namespace settings
