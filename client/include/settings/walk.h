#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "settings/value.h"

namespace settings::client {

/// The way from the daemon to the server, as it was just gone. A field that the daemon left out, or
/// gave in a form unknown here, is empty.
struct Walk {
    struct Step {
        std::string step;     ///< one word: "name", "route", "connection", "proxy", "tls", …
        bool passed = false;  ///< the last one alone may not be
        std::chrono::milliseconds took{};
        std::string message;  ///< what was found, or what is wrong, for a person
        std::string advice;   ///< what to do; empty where it passed
    };

    std::string server;
    bool arrived = false;  ///< the service answered as it should
    std::vector<Step> steps;
    std::optional<std::string> warning;  ///< about how the way was chosen
    Json answer;                         ///< all of it, as it came
};

/// Reads the answer to POST /v1/walk. Never fails: see Walk.
[[nodiscard]] Walk walk_from(Json answer);

}  // namespace settings::client
