#pragma once

#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "settings/result.h"
#include "settings/value.h"

namespace settings::client {

// What an edit does with what it finds. It may run several times, each time on newer values; an
// error ends the edit, and nothing is written.

/// With one setting: nothing stands for absent, before and after.
using ValueChange = std::function<Result<void>(std::optional<Json>& value)>;

/// With all settings, one object.
using DocumentChange = std::function<Result<void>(Json& settings)>;

[[nodiscard]] DocumentChange always(std::function<void(Json& settings)> change);
[[nodiscard]] ValueChange always(std::function<void(std::optional<Json>& value)> change);

/// A change of a setting as a T, which is `fallback` when absent. Error: wrong_type, when it is
/// there and no T.
template <class T, class Change>
[[nodiscard]] ValueChange typed_change(std::string_view path, T fallback, Change change) {
    return [path = std::string{path}, fallback = std::move(fallback),
            change = std::move(change)](std::optional<Json>& json) -> Result<void> {
        T value = fallback;
        if (json) {
            auto there = value_as<T>(*json);
            if (!there) return wrong_type(path, *json);
            value = std::move(*there);
        }
        change(value);
        json = Json(value);
        return {};
    };
}

}  // namespace settings::client
