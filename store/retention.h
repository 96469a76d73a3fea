#pragma once

#include <cstdint>

namespace settings::store {

/// How much history is kept, whatever the server has yet to get: what is unsent is in the settings
/// themselves. The newest revision is kept in any case.
struct Retention {
    std::int64_t revisions = 100'000;
    std::int64_t bytes = 67'108'864;  ///< size of the texts of all entries, and 64 for each

    [[nodiscard]] bool operator==(Retention const&) const = default;
};

}  // namespace settings::store
