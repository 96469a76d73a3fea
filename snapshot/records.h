#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "model/result.h"

namespace settings::snapshot {

/// A top-level key with its value as JSON; nothing when it was removed.
struct Change {
    std::string_view key;
    std::optional<std::string_view> text;
};

/// A top-level key with its value as JSON, which is never changed and may be read on any thread.
struct Text {
    std::string key;
    std::shared_ptr<std::string const> text;
};

/// The records of some changes, one behind the other, as they stand in the file.
struct Records {
    struct Place {
        std::string_view key;
        std::size_t begin;  ///< in `bytes`
    };

    std::string bytes;
    std::vector<Place> places;  ///< in the order of the changes, whose keys these are
};

/// Errors: bad_request, for a text that is no JSON, or nested too deep; no store of ours has one
/// that is not damaged.
[[nodiscard]] Result<Records> records_of(std::span<Change const> changes);

}  // namespace settings::snapshot
