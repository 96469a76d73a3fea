#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>

#include "settings/result.h"
#include "settings/value_as.h"

namespace settings::client {

/// Counts the changes of the local document.
using Revision = std::int64_t;

/// Names one state of the settings. It is the daemon's, and only handed back to it: a revision
/// alone names another state once an older store was put back.
using Tag = std::string;

using Time = std::chrono::sys_seconds;

/// The error of a setting that is there, and of another type than the app takes it for.
[[nodiscard]] Error wrong_type(std::string_view path, Json const& value);

/// The value read at `path` as a T. Errors: those of reading it, wrong_type.
template <class T>
[[nodiscard]] Result<T> typed(std::string_view path, Result<Json> const& value) {
    if (!value) return value.error();
    auto typed = value_as<T>(*value);
    if (!typed) return wrong_type(path, *value);
    return std::move(*typed);
}

}  // namespace settings::client
