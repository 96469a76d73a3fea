#pragma once

#include <optional>
#include <string>

#include "model/edit.h"
#include "tests/simulation/leaves.h"

/// What edits do to a document, as docs/api.md says it, for who judges the product.
///
/// The product works on trees (model/). Here a document is the set of its leaves, so the two ways
/// have no step in common, and a mistake in one of them shows as a difference.
namespace settings::simulation {

/// What an app's edit makes of a document.
[[nodiscard]] Leaves edited(Leaves document, Edit const& edit);

/// Makes the changes that one revision of a journal tells: [{"path":["a","b"],"old":…,"new":…}].
void replay(Leaves& document, Json const& changes);

/// Whether an object of `before` has a name that it no longer has in `after`. Only a DELETE can
/// bring this to a server that merges deep.
[[nodiscard]] bool loses_a_name(Json const& before, Json const& after);

}  // namespace settings::simulation
