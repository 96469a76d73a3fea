#include "store/damage.h"

#include <sqlite3.h>

#include <fstream>
#include <iterator>
#include <set>
#include <string_view>

#include "model/json.h"
#include "model/quote.h"
#include "store/files.h"
#include "store/raw_pages.h"
#include "store/schema.h"

namespace settings::store {
namespace {

namespace fs = std::filesystem;
using Fault = std::optional<std::string>;

/// Why the store is to be salvaged, from the run that saw it.
fs::path suspicion_of(fs::path file) { return file += "-suspect"; }

/// All tables with their indexes, but of the history only the end: it may be a hundred times as
/// large, which is too much to read at each start.
Fault fault_of_tables(Connection& connection) {
    Statement last{connection, "SELECT max(revision), changes FROM journal"};
    last.run();
    for (std::string const table :
         {"setting", "sent", "rejected", "unreadable", "conflict", "memory"}) {
        Statement check{connection, "PRAGMA integrity_check(" + table + ")"};
        auto rows = check.query();
        if (!rows.next()) return "its table " + table + " cannot be checked";
        if (rows.text(0) != "ok") return std::string{rows.text(0)};
    }
    return std::nullopt;
}

/// Each table with its columns, and each index. All stores of a version have the same ones.
std::set<std::string> schema_of(Connection& connection) {
    std::set<std::string> schema;
    Statement all{connection,
                  "SELECT part.type || ' ' || part.name || coalesce(' of ' || (SELECT "
                  "group_concat(name) FROM "
                  "pragma_table_info(part.name)), '') FROM sqlite_schema AS part"};
    for (auto rows = all.query(); rows.next();) schema.emplace(rows.text(0));
    return schema;
}

Fault fault_of_schema(Connection& connection) {
    auto usual = open_for_writing(":memory:");
    auto const found = schema_of(connection);
    for (auto const& part : schema_of(usual))
        if (!found.contains(part)) return "its " + part + " is missing or is not what it was";
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

/// Apps would be served what is no JSON, and the sync would stop at it.
Fault fault_of_values(Connection& connection) {
    auto const is_json = [](std::optional<std::string> const& text) {
        return !text || parse_json(*text).has_value();
    };
    Statement all{connection, "SELECT key, local, nullif(mirror, local) FROM setting"};
    for (auto rows = all.query(); rows.next();)
        if (!is_json(rows.optional_text(1)) || !is_json(rows.optional_text(2)))
            return "the value of \"" + quote(rows.text(0)) + "\" is no JSON";
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
    if (fs::exists(suspicion_of(file))) {
        std::ifstream stream{suspicion_of(file)};
        return std::string{std::istreambuf_iterator<char>{stream}, {}};
    }
    if (size_of(file) == 0) {
        // SQLite would remove the log.
        if (RawPages{file, log_of(file)}.has_log()) return "there is its log without it";
        return std::nullopt;
    }
    if (auto const fault = fault_of_head(file)) return fault;
    try {
        auto connection = open_for_writing(file);
        if (auto const fault = fault_of_schema(connection)) return fault;
        if (auto const fault = fault_of_tables(connection)) return fault;
        return fault_of_values(connection);
    } catch (SqliteError const& error) {
        if (is_damage(error)) return error.what();
        throw;
    }
}

void suspect(fs::path const& file, std::string const& why) {
    std::ofstream{suspicion_of(file)} << why;
}

void forget_suspicion(fs::path const& file) { fs::remove(suspicion_of(file)); }

}  // namespace settings::store
