#pragma once

#include <chrono>
#include <cstdint>
#include <nlohmann/json.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace settings::client {

using Json = nlohmann::json;

/// Counts the changes of the local document.
using Revision = std::int64_t;

using Time = std::chrono::sys_seconds;

/// What the daemon says about itself and about the way to the server. A field that it left out, or
/// gave in a form unknown here, is empty: a newer or older daemon is no error.
struct Status {
    /// A setting that the server will not take, in the server's words.
    struct Rejected {
        std::string key;
        std::optional<unsigned> status;  ///< of the server's answer
        std::string message;
        std::optional<Time> at;
    };
    struct LastError {
        std::string message;
        std::optional<Time> at;
    };
    struct NextAttempt {
        std::chrono::seconds in;
        std::string reason;
    };

    std::string state;    ///< "idle", "syncing", "waiting" or "held"
    std::string summary;  ///< one sentence for a person
    std::optional<Revision> revision;
    std::optional<std::uint64_t> pending;  ///< settings that the server does not have yet
    std::vector<Rejected> rejected;
    std::optional<Time> last_success;
    std::optional<LastError> last_error;
    std::optional<NextAttempt> next_attempt;
    std::string server;
    std::string version;  ///< of the daemon
    Json answer;          ///< all of it, as it came
};

/// Reads the answer to GET /v1/status. Never fails: see Status.
[[nodiscard]] Status status_from(Json answer);

/// Reads an RFC 3339 date and time, to the second. Empty when it is none.
[[nodiscard]] std::optional<Time> time_from(std::string_view text);

}  // namespace settings::client
