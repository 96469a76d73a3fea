#pragma once

#include <string>
#include <variant>

#include "cli/commands.h"
#include "cli/usage_error.h"

namespace settings::cli {

/// What the command line asks for.
struct Arguments {
    Command command;
    std::string socket;  ///< where the daemon listens
    bool json = false;
};

/// A text that was asked for instead of a command: the help or the version.
struct Information {
    std::string text;
};

/// Reads the command line. Throws UsageError.
[[nodiscard]] std::variant<Arguments, Information> parse(int argc, char const* const* argv);

}  // namespace settings::cli
