#include "store/meaning.h"

#include <algorithm>
#include <array>

#include "model/json.h"
#include "store/origin.h"
#include "store/sqlite.h"
#include "store/stored_json.h"

namespace settings::store {
namespace {

/// Whether a reader of the store takes it.
template <auto read>
bool can_be(std::string const& text) {
    try {
        static_cast<void>(read(std::string_view{text}));
        return true;
    } catch (SqliteError const&) {
        return false;
    }
}

constexpr auto value = [](std::string_view text) { return parse_stored(text); };

struct Meaning {
    std::string_view table, column;
    bool (*is)(std::string const&);
};
constexpr std::array meanings{
    Meaning{"setting", "local", can_be<value>},
    Meaning{"setting", "mirror", can_be<value>},
    Meaning{"journal", "origin", can_be<origin_named>},
    Meaning{"journal", "changes", can_be<changes_from_stored>},
    Meaning{"sent", "before", can_be<value>},
    Meaning{"sent", "value", can_be<value>},
    Meaning{"conflict", "path", can_be<path_from_stored>},
    Meaning{"conflict", "base", can_be<value>},
    Meaning{"conflict", "ours", can_be<value>},
    Meaning{"conflict", "theirs", can_be<value>},
};

}  // namespace

bool has_meaning(std::string_view table, std::string_view column, std::string const& text) {
    auto const found = std::ranges::find_if(meanings, [&](Meaning const& each) {
        return each.table == table && each.column == column;
    });
    return found == meanings.end() ? is_utf8(text) : found->is(text);
}

bool is_number_of_ours(std::int64_t number) {
    constexpr std::int64_t most = std::int64_t{1} << 53U;  // what JSON readers keep whole
    return number >= 0 && number < most;
}

}  // namespace settings::store
