#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "cli/print.h"
#include "client/client.h"

namespace settings::cli {

/// What the process returns. Scripts depend on these.
enum class Exit {
    done = 0,
    refused = 1,      ///< by the daemon; absent; not synced in time; output that cannot be written
    usage = 2,        ///< the arguments make no sense
    unreachable = 3,  ///< no daemon answered
};

struct Get {
    std::optional<std::string> path;  ///< nothing for the whole document
};
struct Set {
    std::vector<std::string> assignments;  ///< path=value
};
struct Unset {
    std::vector<std::string> paths;
};
struct ShowStatus {};
struct SyncNow {
    std::optional<std::chrono::milliseconds> wait;  ///< nothing to only ask
};
struct LogIn {
    bool with_tokens = false;  ///< from standard input; else asks a person for e-mail and password
};
struct LogOut {};
using Command = std::variant<Get, Set, Unset, ShowStatus, SyncNow, LogIn, LogOut>;

/// What to print where, and what to return.
struct Outcome {
    Exit exit = Exit::done;
    std::string output;   ///< whole lines for stdout
    std::string message;  ///< one sentence for stderr, without a line break; empty for none
};

/// Carries out one command. Throws UsageError, before the daemon is asked.
[[nodiscard]] Outcome run(Command const& command, client::Client& client, client::Time now,
                          Style style);

}  // namespace settings::cli
