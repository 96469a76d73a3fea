#include "store/stored_json.h"

#include <sqlite3.h>

#include <algorithm>
#include <utility>

#include "store/sqlite.h"

namespace settings::store {
namespace {

bool is_path(Json const& names) {
    return names.is_array() && !names.empty() &&
           std::ranges::all_of(names, [](Json const& name) { return name.is_string(); });
}

}  // namespace

Json parse_stored(std::string_view text) {
    auto parsed = parse_json(text);
    if (!parsed) throw SqliteError{SQLITE_CORRUPT, "a stored value is not JSON"};
    return std::move(*parsed);
}

std::optional<Json> parse_stored(std::optional<std::string> const& text) {
    if (!text) return std::nullopt;
    return parse_stored(std::string_view{*text});
}

std::optional<Json> parse_stored(SharedText const& text) {
    if (!text) return std::nullopt;
    return parse_stored(std::string_view{*text});
}

Path path_from_stored(std::string_view text) {
    auto const names = parse_stored(text);
    if (!is_path(names)) throw SqliteError{SQLITE_CORRUPT, "a stored path is none"};
    return names.get<Path>();
}

ChangeSet changes_from_stored(std::string_view text) {
    auto list = parse_stored(text);
    auto const is_change = [](Json const& each) {
        auto const* path = member(&each, "path");
        return path != nullptr && is_path(*path);
    };
    if (!list.is_array() || !std::ranges::all_of(list, is_change))
        throw SqliteError{SQLITE_CORRUPT, "an entry of the history holds no changes"};
    return changes_from(std::move(list));
}

std::optional<std::string> text_of(std::optional<Json> const& value) {
    if (!value) return std::nullopt;
    return to_text(*value);
}

}  // namespace settings::store
