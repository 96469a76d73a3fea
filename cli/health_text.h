#pragma once

#include <string>
#include <vector>

#include "cli/health.h"

namespace settings::cli {

/// A line for each finding, and under it what to do. With `unicode` the lines begin with ✓, ! or ✗,
/// else with words. As JSON: {"healthy":…,"checks":[{"check","health","message","mend"}]},
/// and "milliseconds" where a check took time.
[[nodiscard]] std::string health_text(std::vector<Finding> const& findings, Style style,
                                      bool unicode);

/// Whether nothing needs mending.
[[nodiscard]] bool is_healthy(std::vector<Finding> const& findings);

/// Whether the locale that the environment asks for has more than ASCII (locale(7)).
[[nodiscard]] bool speaks_unicode();

}  // namespace settings::cli
