#pragma once

#include "model/path.h"

namespace settings {
inline namespace model {

/// Merges `partial` into `target`, descending where both are objects; anything else replaces.
/// null is a value like any other (this is not RFC 7396).
void deep_merge(Json& target, Json const& partial);

/// Removes the value at a path, leaving its parents, even empty. Returns whether it was there.
bool erase(Json& document, Path const& path);

}  // namespace model
}  // namespace settings
