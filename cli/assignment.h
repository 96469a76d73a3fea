#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/usage_error.h"
#include "model/path.h"

namespace settings::cli {

/// The object that `path=value` arguments stand for, ready to be merged into the settings in one
/// step: {"a.b=1", "c=x"} is {"a":{"b":1},"c":"x"}.
///
/// The path ends at the first '='. A value that is no JSON is taken as a string.
/// Throws UsageError: no '=', an empty name in the path, or two paths of which one is the other or
/// leads through it, since then the outcome would hang on their order.
[[nodiscard]] Json partial_from(std::vector<std::string> const& assignments);

/// The names of a dotted path. Throws UsageError when one is empty.
[[nodiscard]] Path names_in(std::string_view path);

}  // namespace settings::cli
