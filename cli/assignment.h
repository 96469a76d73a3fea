#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "cli/usage_error.h"
#include "settings/edit.h"

namespace settings::cli {

/// How the value behind the '=' is read.
enum class Reading {
    json_or_text,  ///< as JSON where it is JSON, else as a string
    text,          ///< as a string in any case
};

/// What `path=value` arguments ask for, in their order. The path ends at the first '='.
///
/// Throws UsageError: no '=', a path that is none or stands twice, or JSON of which readers make
/// different things, as of a name that stands twice in one object.
[[nodiscard]] std::vector<client::Assignment> assignments_from(
    std::vector<std::string> const& arguments, Reading reading);

/// Throws UsageError when a word is no path: too long, or empty.
void check_word(std::string_view path);

}  // namespace settings::cli
