#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "cli/print.h"
#include "settings/result.h"
#include "settings/status.h"
#include "settings/walk.h"

namespace settings::cli {

/// What one look found.
struct Finding {
    enum class Health {
        good,
        doubtful,  ///< works, and may not be what a person wants
        bad,       ///< needs mending
    };

    std::string check;  ///< one word for programs: "socket", "daemon", …
    Health health = Health::good;
    std::string message;
    std::string mend = {};  ///< what to do; empty when good
    std::optional<std::chrono::milliseconds> took = {};
};

// Each look at one thing. None of them changes anything or throws.

/// The socket and its folder: there, ours, and nobody else's.
[[nodiscard]] Finding look_at_socket(std::filesystem::path const& socket);

/// Whether a daemon answered, and is of this program's version.
[[nodiscard]] Finding look_at_daemon(client::Result<client::Status> const& status);

/// The folder of the store: ours, and with space left on its disk.
[[nodiscard]] Finding look_at_disk(std::filesystem::path const& folder);

/// The same where the daemon is another user's: whose the folder is, is not ours to judge.
[[nodiscard]] Finding look_at_disk_of_another(std::filesystem::path const& folder);

/// What the daemon did to the store that a person has not read yet.
[[nodiscard]] Finding look_at_store(client::Status const& status);

/// Each step of the way to the server, up to the one where it ends; and what is odd about how the
/// way was chosen.
[[nodiscard]] std::vector<Finding> look_at_way(client::Result<client::Walk> const& walk);

/// Whether the daemon has a token that the server takes.
[[nodiscard]] Finding look_at_login(client::Status const& status);

/// Whether the server can be reached, by what the daemon tells of its last rounds.
[[nodiscard]] Finding look_at_server(client::Status const& status, client::Time now);

/// This machine's clock, against what cannot be later than now.
[[nodiscard]] Finding look_at_clock(client::Status const& status, client::Time now);

/// What waits for a person to decide.
[[nodiscard]] Finding look_at_decisions(client::Status const& status);

}  // namespace settings::cli
