#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/json.h"

namespace settings {

/// A top-level key whose local value is not yet the server's; nothing means absent.
struct Pending {
    std::string key;
    std::optional<Json> local;   ///< what apps see, and what is sent
    std::optional<Json> mirror;  ///< what the server is known to hold
};

/// What one round brings to the server.
using Batch = std::vector<Pending>;

/// Why the server refuses a value, in its own words.
struct Refusal {
    unsigned status = 0;
    std::string message;
};

}  // namespace settings
