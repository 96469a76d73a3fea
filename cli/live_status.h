#pragma once

#include "cli/commands.h"

namespace settings::cli {

/// Shows the status until a signal, or the reader of the output, ends it: on a terminal one screen,
/// drawn anew each second; elsewhere, and as JSON, a line for each change. A daemon that goes away
/// is told, and waited for; one that is not there at first is a failure.
Outcome show_live_status(Context const& context);

}  // namespace settings::cli
