#pragma once

#include <functional>
#include <string>

#include "model/result.h"

namespace settings {
inline namespace model {

/// The key that a person means who decides about keys that wait: by its name, or as a JSON pointer.
/// Errors: not_found where it does not wait; bad_request for a path inside one that does.
[[nodiscard]] Result<std::string> key_named(
    std::string const& name, std::function<bool(std::string const& key)> const& waits);

}  // namespace model
}  // namespace settings
