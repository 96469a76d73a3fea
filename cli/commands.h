#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "cli/print.h"
#include "settings/client.h"

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
struct Explain {
    std::string path;
};
struct Pause {
    bool on = true;  ///< false goes on with syncing
};
struct ShowConflicts {};
struct ResolveConflict {
    std::int64_t id = 0;
    bool restore = false;  ///< what was not kept; else it is forgotten
};
struct ShowRejected {};
struct RetryRejected {
    std::optional<std::string> key;  ///< nothing for all
};
struct DiscardRejected {
    std::string key;
};
struct ShowReview {};
struct Decide {
    client::Verdict verdict = client::Verdict::apply;
};
struct LogIn {
    bool with_tokens = false;  ///< from standard input; else asks a person for e-mail and password
};
struct LogOut {};
using Command = std::variant<Get, Set, Unset, ShowStatus, SyncNow, Explain, Pause, ShowConflicts,
                             ResolveConflict, ShowRejected, RetryRejected, DiscardRejected,
                             ShowReview, Decide, LogIn, LogOut>;

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
