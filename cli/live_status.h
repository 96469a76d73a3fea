#pragma once

#include "cli/commands.h"

namespace settings::cli {

/// Shows the status: on a terminal one screen, until the person ends it or a signal does;
/// elsewhere, and as JSON, a line for each change, until a signal or the reader of the output ends
/// it. A daemon that goes away is told, and waited for; one that is not there at first is a
/// failure.
Outcome show_live_status(Context const& context);

}  // namespace settings::cli
