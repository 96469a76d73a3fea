#pragma once

#include <string_view>

namespace settings::store {

/// What changes a local value. The journal keeps the origin by name.
enum class Origin {
    app,       ///< an edit
    undo,      ///< an edit that puts old values back
    remote,    ///< another device, by way of the server
    recovery,  ///< a start that found the store damaged, and salvaged it
};

[[nodiscard]] std::string_view name_of(Origin origin);

/// The inverse of name_of(). Throws SqliteError for any other name: only a damaged file holds one.
[[nodiscard]] Origin origin_named(std::string_view name);

}  // namespace settings::store
