#pragma once

#include <string>
#include <vector>

#include "cli/print.h"
#include "settings/history.h"
#include "settings/watch.h"

namespace settings::cli {

// What changed, when and by whom, as text for a person. Values and names from outside cannot take
// over the terminal, and long values are cut.

/// A line for each edit and, under it, one for each change; the newest last.
[[nodiscard]] std::string log_text(client::History const& history, client::Time now, Style style);

/// A line for each change; of a great many only how many more there are.
[[nodiscard]] std::string changes_text(std::vector<client::Change> const& changes);

/// A line for each change of one event. As JSON one line: the entry as the daemon has it, or
/// {"reset":true,"revision":…,"settings":…}.
[[nodiscard]] std::string event_text(client::Event const& event, Style style);

}  // namespace settings::cli
