#pragma once

#include <string>
#include <vector>

#include "cli/difference.h"
#include "cli/print.h"

namespace settings::cli {

/// A line for each change: "+ path = value", "- path = value" or "~ path: old -> new". Long values
/// are cut. As JSON it is difference_json() on one line.
[[nodiscard]] std::string difference_text(std::vector<Change> const& changes, Style style);

/// A list of {"path":…,"old":…,"new":…}; "old" or "new" is missing for no value. Where a name holds
/// a dot, "names" has the path name by name.
[[nodiscard]] client::Json difference_json(std::vector<Change> const& changes);

}  // namespace settings::cli
