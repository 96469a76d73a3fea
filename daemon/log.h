#pragma once

#include <string>

namespace settings::daemon {

/// Sends the log to stderr: with a time and colours for a person on a terminal; with a priority
/// prefix (sd-daemon(3)) and nothing else when journald reads it, which adds the time itself. Never
/// waits: lines that nobody takes are dropped, and the next one that is taken tells how many.
///
/// Levels: error, warn, info, debug. Throws std::invalid_argument for another one. For the loop's
/// thread, as all that is logged is.
void set_up_log(std::string const& level);

}  // namespace settings::daemon
