#pragma once

#include <optional>
#include <string>

#include "model/json.h"

namespace settings::store {

/// One top-level key: what apps see, and what the server is known to hold; nothing means absent.
struct Setting {
    std::optional<Json> local;
    std::optional<Json> mirror;
};

/// A local value that is to become another one.
struct Touched {
    std::string key;
    std::optional<Json> before;
    std::optional<Json> after;
};

}  // namespace settings::store
