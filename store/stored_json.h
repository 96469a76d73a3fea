#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/change_set.h"
#include "model/json.h"
#include "model/path.h"
#include "model/texts.h"

namespace settings::store {

/// Reads what text_of() wrote. Throws SqliteError for anything else: only a damaged file holds it.
[[nodiscard]] Json parse_stored(std::string_view text);
[[nodiscard]] std::optional<Json> parse_stored(std::optional<std::string> const& text);
[[nodiscard]] std::optional<Json> parse_stored(SharedText const& text);

// The same, for what stands for more than a value.

/// A path, which has a name at least.
[[nodiscard]] Path path_from_stored(std::string_view text);

/// Changes, each of which has such a path.
[[nodiscard]] ChangeSet changes_from_stored(std::string_view text);

/// The canonical text of a value, or NULL when it is absent.
[[nodiscard]] std::optional<std::string> text_of(std::optional<Json> const& value);

}  // namespace settings::store
