#pragma once

#include <nlohmann/json.hpp>
#include <string>
#include <string_view>
#include <vector>

#include "cli/usage_error.h"

namespace settings::cli {

/// The object that `path=value` arguments stand for, ready to be merged into the settings in one
/// step: {"a.b=1", "c=x"} is {"a":{"b":1},"c":"x"}.
///
/// The path ends at the first '='. A value that is JSON is that value, any other is a string.
/// Throws UsageError: no '=', an empty name in the path, or two paths of which one is the other or
/// leads through it, since then the outcome would hang on their order.
[[nodiscard]] nlohmann::json partial_from(std::vector<std::string> const& assignments);

/// The names of a dotted path. Throws UsageError when one is empty.
[[nodiscard]] std::vector<std::string> names_in(std::string_view path);

}  // namespace settings::cli
