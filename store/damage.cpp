#include "store/damage.h"

#include <sqlite3.h>

#include <array>
#include <fstream>
#include <iterator>
#include <set>
#include <string_view>
#include <vector>

#include "model/quote.h"
#include "store/files.h"
#include "store/meaning.h"
#include "store/raw_pages.h"
#include "store/schema.h"

namespace settings::store {
namespace {

namespace fs = std::filesystem;
using Fault = std::optional<std::string>;

constexpr std::array small_tables{"setting",    "sent",     "rejected",
                                  "unreadable", "conflict", "memory"};

/// Why the store is to be salvaged, from the run that saw it.
fs::path suspicion_of(fs::path file) { return file += "-suspect"; }

std::string suspected(fs::path const& file) {
    std::ifstream stream{suspicion_of(file)};
    auto const why = quote(std::string{std::istreambuf_iterator<char>{stream}, {}});
    return why.empty() ? "as was seen while it was in use" : why;
}

/// All tables with their indexes, but of the history only the end: it may be a hundred times as
/// large, which is too much to read at each start.
Fault fault_of_tables(Connection& connection) {
    Statement last{connection, "SELECT max(revision), changes FROM journal"};
    last.run();
    for (std::string const table : small_tables) {
        Statement check{connection, "PRAGMA integrity_check(" + table + ")"};
        auto rows = check.query();
        if (!rows.next()) return "its table " + table + " cannot be checked";
        if (rows.text(0) != "ok") return std::string{rows.text(0)};
    }
    return std::nullopt;
}

/// Each table with its columns, and whether its rows have numbers, and each index. All stores of a
/// version have the same ones.
std::set<std::string> schema_of(Connection& connection) {
    std::set<std::string> schema;
    Statement all{connection,
                  "SELECT part.type || ' ' || part.name || coalesce(' of ' || (SELECT "
                  "group_concat(name) FROM pragma_table_info(part.name)), '') || "
                  "coalesce((SELECT iif(wr, ' without numbers', '') FROM pragma_table_list WHERE "
                  "schema = 'main' AND name = part.name), '') FROM sqlite_schema AS part"};
    for (auto rows = all.query(); rows.next();) schema.emplace(rows.text(0));
    return schema;
}

std::int64_t number_in_head(Connection& connection, std::string const& name) {
    return Statement{connection, "PRAGMA " + name}.query().one().integer(0);
}

/// What all stores of this version have in common.
struct Usual {
    std::set<std::string> schema;
    std::int64_t application_id = 0;
    std::int64_t version = 0;
};

/// Made once: it takes as long as a small store takes to be checked.
Usual const& usual() {
    static Usual const made = [] {
        auto store = open_for_writing(":memory:");
        return Usual{schema_of(store), number_in_head(store, "application_id"),
                     number_in_head(store, "user_version")};
    }();
    return made;
}

/// Whether the head says of a store of this version that it is of an older version, or another
/// program's database. Each version has tables, columns or indexes that no older one has; one that
/// is newer may have them all.
Fault fault_of_version(fs::path const& file) {
    Connection connection{file, Connection::Mode::read_write};
    if (schema_of(connection) != usual().schema) return std::nullopt;
    if (number_in_head(connection, "application_id") != usual().application_id)
        return "the application_id in its head is not what it was";
    if (number_in_head(connection, "user_version") < usual().version)
        return "the user_version in its head is not what it was";
    return std::nullopt;
}

Fault fault_of_schema(Connection& connection) {
    auto const found = schema_of(connection);
    for (auto const& part : usual().schema)
        if (!found.contains(part)) return "its " + part + " is missing or is not what it was";
    // What else somebody made in it is left alone.
    for (auto const& part : found)
        if (part.starts_with("trigger ") && !usual().schema.contains(part))
            return "somebody made the " + part + " in it";
    return std::nullopt;
}

/// Numbers in the head that SQLite takes for a newer format, or for a file that may only be read,
/// and not for damage (sqlite.org/fileformat2.html, 1.3). All stores have the same ones.
Fault fault_of_head(fs::path const& file) {
    std::string head(100, '\0');
    std::ifstream{file, std::ios::binary}.read(head.data(),
                                               static_cast<std::streamsize>(head.size()));
    auto const is_known = [&](std::size_t at, std::size_t bytes, std::uint64_t most) {
        return big_endian(head, at, bytes) <= most;
    };
    if (is_known(18, 1, 2) && is_known(19, 1, 2) && is_known(44, 4, 4)) return std::nullopt;
    return "its head is not what it was";
}

std::vector<std::string> texts_of(Connection& connection, std::string const& table) {
    std::vector<std::string> names;
    Statement columns{connection,
                      "SELECT name FROM pragma_table_info('" + table + "') WHERE type = 'TEXT'"};
    for (auto rows = columns.query(); rows.next();) names.emplace_back(rows.text(0));
    return names;
}

/// Apps would be served what is no JSON, and the sync would stop at it.
Fault fault_of_texts(Connection& connection, std::string const& table) {
    auto const names = texts_of(connection, table);
    std::string columns;
    for (auto const& name : names) {
        // Most values are the server's, too.
        auto const* what = name == "mirror" ? "nullif(mirror, local)" : name.c_str();
        columns += (columns.empty() ? "" : ", ") + std::string{what};
    }
    Statement all{connection, "SELECT " + columns + " FROM " + table};
    for (auto rows = all.query(); rows.next();)
        for (std::size_t at = 0; at < names.size(); ++at) {
            auto const text = rows.optional_text(static_cast<int>(at));
            if (text && !has_meaning(table, names[at], *text))
                return "a " + names[at] + " of its table " + table + " is not what it was, at \"" +
                       quote(rows.optional_text(0).value_or("")) + '"';
        }
    return std::nullopt;
}

/// Revisions would go on from what was never given.
Fault fault_of_revisions(Connection& connection) {
    Statement ends{
        connection,
        "SELECT min(revision), max(revision) FROM (SELECT min(revision) AS revision FROM "
        "journal UNION ALL SELECT max(revision) FROM journal UNION ALL SELECT "
        "min(revision) FROM setting UNION ALL SELECT max(revision) FROM setting)"};
    auto rows = ends.query();
    auto const& row = rows.one();
    for (int const at : {0, 1})
        if (auto const number = row.optional_integer(at); number && !is_number_of_ours(*number))
            return "it has a revision that was never given: " + std::to_string(*number);
    return std::nullopt;
}

}  // namespace

bool is_damage(SqliteError const& error) {
    int const primary = error.code() & 0xff;
    bool const lacks_something =
        primary == SQLITE_ERROR && std::string_view{error.what()}.starts_with("no such ");
    return primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB || lacks_something;
}

std::optional<std::string> damage_of(fs::path const& file) {
    if (fs::exists(suspicion_of(file))) return suspected(file);
    if (size_of(file) == 0) {
        // SQLite would remove the log.
        if (RawPages{file, log_of(file)}.has_log()) return "there is its log without it";
        return std::nullopt;
    }
    if (auto const fault = fault_of_head(file)) return fault;
    try {
        if (auto const fault = fault_of_version(file)) return fault;
        auto connection = open_for_writing(file);
        return damage_in(connection);
    } catch (SqliteError const& error) {
        if (is_damage(error)) return error.what();
        throw;
    }
}

std::optional<std::string> damage_in(Connection& connection) {
    if (auto const fault = fault_of_schema(connection)) return fault;
    if (auto const fault = fault_of_tables(connection)) return fault;
    for (auto const* table : small_tables)
        if (auto const fault = fault_of_texts(connection, table)) return fault;
    return fault_of_revisions(connection);
}

void suspect(fs::path const& file, std::string const& why) {
    std::ofstream{suspicion_of(file)} << why;
}

void forget_suspicion(fs::path const& file) { fs::remove(suspicion_of(file)); }

}  // namespace settings::store
