#pragma once

#include <optional>
#include <string>

namespace settings::store {

/// The rows of the table `memory` that a store must not forget (see forgotten.h). Nothing where
/// there is no such row.
struct Remembered {
    std::optional<std::string> engine;
    std::optional<std::string> owner;
};

}  // namespace settings::store
