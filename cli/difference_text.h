#pragma once

#include <string>

#include "cli/print.h"
#include "model/change_set.h"

namespace settings::cli {

/// A line for each change: "+ path = value", "- path = value" or "~ path: old -> new". Long values
/// are cut. As JSON it is difference_json() on one line.
[[nodiscard]] std::string difference_text(ChangeSet const& changes, Style style);

/// A list of {"path":…,"old":…,"new":…}; "old" or "new" is missing for no value. Where a name holds
/// a dot, "names" has the path name by name.
[[nodiscard]] Json difference_json(ChangeSet const& changes);

}  // namespace settings::cli
