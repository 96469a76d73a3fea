#include "store/stored_json.h"

#include <sqlite3.h>

#include <utility>

#include "store/sqlite.h"

namespace settings::store {

Json parse_stored(std::string_view text) {
    auto parsed = parse_json(text);
    if (!parsed) throw SqliteError{SQLITE_CORRUPT, "a stored value is not JSON"};
    return std::move(*parsed);
}

std::optional<Json> parse_stored(std::optional<std::string> const& text) {
    if (!text) return std::nullopt;
    return parse_stored(std::string_view{*text});
}

std::optional<std::string> text_of(std::optional<Json> const& value) {
    if (!value) return std::nullopt;
    return to_text(*value);
}

}  // namespace settings::store
