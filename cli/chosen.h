#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/result.h"
#include "settings/decisions.h"

namespace settings::cli {

/// Of the conflicts in the daemon's list those that a person chooses: by number, by the path of a
/// setting as all commands read it, with all below it, or all of them when `names` is empty. A name
/// that is a number is a conflict's; /7 is the setting. Oldest first, each once: of two values of
/// one setting that are put back, the newer one stays.
///
/// Errors: not_found, for a name that no conflict has.
[[nodiscard]] Result<std::vector<std::int64_t>> chosen(
    std::vector<client::Conflict> const& conflicts, std::vector<std::string> const& names);

}  // namespace settings::cli
