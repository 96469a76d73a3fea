#pragma once

#include <string>
#include <vector>

#include "tests/crash/trace.h"

namespace settings::crash {

/// When a state counts as promised.
enum class Reply {
    after_commit,
    before_commit,  ///< to see that the tests notice
};

/// What was done to a store, and what it held after each step.
struct Run {
    Trace trace;
    std::vector<std::string> states;  ///< as contents_of() tells them; those that were promised
    bool is_damaged = false;          ///< a store that is salvaged, which is told
};

struct Workload {
    char const* name;
    char const* does;
    std::size_t share;  ///< of the images, in relation to the others'
    Run (*run)(Reply reply);
};

[[nodiscard]] std::vector<Workload> const& workloads();

/// The name of the store in its folder.
inline constexpr char const* store_name = "settings.db";

}  // namespace settings::crash
