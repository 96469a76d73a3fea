#include "tests/crash/contents.h"

#include <array>

#include "store/schema.h"
#include "store/sqlite.h"

namespace settings::crash {
namespace {

/// Each table with its columns, as five texts a row.
constexpr std::array<char const*, 6> rows{
    "SELECT 'setting', key, local, mirror, revision FROM setting ORDER BY key",
    // The time of a salvage is another one each time.
    "SELECT 'journal', revision, iif(origin = 'recovery', 0, at), origin || ' ' || app, changes"
    " FROM journal ORDER BY revision",
    "SELECT 'sent', id, key || ' ' || state || ' ' || at, before, value FROM sent ORDER BY id",
    "SELECT 'rejected', key, status, message, refusals || ' ' || retry_at FROM rejected"
    " ORDER BY key",
    "SELECT 'conflict', id, path, ours, theirs FROM conflict ORDER BY id",
    // Which store, and which run of it, is another random number each time; and a start adds rows
    // that say nothing yet.
    "SELECT 'memory', name, value, NULL, NULL FROM memory WHERE name NOT IN ('id', 'run', 'notice')"
    " AND value NOT IN ('', 'null') ORDER BY name",
};
constexpr int columns = 5;

}  // namespace

std::string contents_of(std::filesystem::path const& store) {
    std::string text;
    if (!std::filesystem::exists(store)) return text;
    auto connection = store::open_for_reading(store);
    for (auto const* sql : rows) {
        store::Statement statement{connection, sql};
        for (auto found = statement.query(); found.next(); text += '\n')
            for (int column = 0; column < columns; ++column)
                text += found.optional_text(column).value_or("-") + '|';
    }
    return text;
}

std::string damage_of(std::filesystem::path const& store) {
    auto connection = store::open_for_reading(store);
    store::Statement statement{connection, "PRAGMA integrity_check"};
    std::string const found{statement.query().one().text(0)};
    return found == "ok" ? "" : found;
}

}  // namespace settings::crash
