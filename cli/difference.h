#pragma once

#include "model/change_set.h"

namespace settings::cli {

/// What leads from one document to another, in the order of the paths.
///
/// As diff() has it, but an added object is given leaf by leaf, so that each leaf can join what
/// another app has put there meanwhile. A removed object stays one change, so that whatever else is
/// in it by then goes with it.
[[nodiscard]] ChangeSet difference(Json const& before, Json const& after);

}  // namespace settings::cli
