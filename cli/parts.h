#pragma once

#include <vector>

#include "model/change_set.h"
#include "model/result.h"

namespace settings::cli {

/// Changes in the order in which one request after the other is to make them: each part has room in
/// one body. An object that is too large for that goes in pieces.
///
/// Errors: too_large, for a value that no request may carry: one too large that is no object, or
/// one nested too deep (limits::body_bytes, limits::json_depth).
[[nodiscard]] Result<std::vector<ChangeSet>> parts_of(ChangeSet changes);

}  // namespace settings::cli
