#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "daemon/config.h"

namespace settings::daemon {

/// The answer to GET /v1/configuration: each setting with the value that is in use, and where that
/// is from. `started` is the configuration of the start, whose store, socket and credentials count
/// until the next one; `read` is the one that was read last. `socket` is where the daemon listens,
/// and `passed` whether systemd says so. No secrets: of a proxy host and port, of a command the
/// program.
[[nodiscard]] std::string configuration_text(Config const& started, Config const& read,
                                             std::filesystem::path const& socket, bool passed);

/// The dotted names of the settings that it tells of, in its order.
[[nodiscard]] std::vector<std::string> told_settings();

}  // namespace settings::daemon
