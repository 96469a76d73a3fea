#pragma once

#include <chrono>
#include <filesystem>

namespace settings::bench {

enum class Mode {
    get,       ///< the whole document
    get_one,   ///< the value of one key
    get_leaf,  ///< a leaf of the large key (see Stock)
    put,       ///< one new value for one key
    mixed,     ///< nine reads for each edit
};

struct LoadOptions {
    std::filesystem::path socket;
    Mode mode = Mode::get;
    std::size_t clients = 1;                ///< connections, each with one request at a time
    std::size_t requests = 0;               ///< in all; 0 for as many as the time allows
    std::chrono::milliseconds time{1'000};  ///< no request begins later than that
    std::int64_t keys = 100;                ///< different keys, named by key_name()
    std::size_t value_bytes = 17;           ///< at least 17, so that no value need come twice
};

/// What one run of the load generator saw.
struct Load {
    double rate = 0;  ///< good answers a second
    double p50 = 0;   ///< microseconds, of the good answers
    double p99 = 0;
    double longest = 0;
    std::size_t answers = 0;  ///< with status 200
    std::size_t errors = 0;   ///< other answers, broken connections, requests never answered
};

/// Puts load on a daemon over keep-alive connections, from the calling thread alone. Always
/// returns, at the latest a few seconds after `time`. Throws std::system_error when it cannot
/// connect.
[[nodiscard]] Load run_load(LoadOptions const& options);

/// The same, and throws std::runtime_error as well where an answer was wrong or missing: then every
/// figure is worthless.
[[nodiscard]] Load run_checked(LoadOptions const& options);

}  // namespace settings::bench
