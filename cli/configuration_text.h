#pragma once

#include <string>

#include "cli/print.h"
#include "settings/configuration.h"

namespace settings::cli {

/// The settings of the daemon, each with its value and where that is from, and the files that were
/// looked for. As JSON it is the daemon's whole answer. Texts from elsewhere are printable.
[[nodiscard]] std::string configuration_text(client::Configuration const& told, Style style);

}  // namespace settings::cli
