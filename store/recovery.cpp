#include "store/recovery.h"

#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <ctime>
#include <map>

#include "model/json.h"
#include "model/revision.h"
#include "store/origin.h"
#include "store/schema.h"
#include "store/wall_clock.h"

namespace settings::store {
namespace {

struct Salvaged {
    std::optional<std::string> local;
    std::optional<std::string> mirror;
    Revision revision = 0;
};

bool is_damage(int code) {
    int const primary = code & 0xff;
    return primary == SQLITE_CORRUPT || primary == SQLITE_NOTADB;
}

/// Checks all settings, with the index of dirty keys, but only the end of the journal: the journal
/// may be a hundred times as large, which is too much to read at each start.
bool is_sound(std::filesystem::path const& file) {
    try {
        auto connection = open_for_writing(file);
        Statement last{connection, "SELECT max(revision), changes FROM journal"};
        last.run();
        Statement check{connection, "PRAGMA integrity_check(setting)"};
        auto rows = check.query();
        return rows.next() && rows.text(0) == "ok";
    } catch (SqliteError const& error) {
        if (is_damage(error.code())) return false;
        throw;
    }
}

std::filesystem::path dated_name(std::filesystem::path const& file) {
    std::time_t const now = std::time(nullptr);
    std::tm parts{};
    gmtime_r(&now, &parts);
    std::array<char, 32> text{};
    std::strftime(text.data(), text.size(), ".damaged-%Y%m%dT%H%M%SZ", &parts);
    auto name = file;
    name += text.data();
    for (int n = 2; std::filesystem::exists(name); ++n) {
        name = file;
        name += text.data() + ("-" + std::to_string(n));
    }
    return name;
}

/// Moves the database and the log that belongs to it, so that the two are never mixed up.
void set_aside(std::filesystem::path const& file, std::filesystem::path const& aside) {
    for (std::string const part : {"-wal", "-shm", ""}) {
        auto from = file;
        auto to = aside;
        from += part;
        to += part;
        if (std::filesystem::exists(from)) std::filesystem::rename(from, to);
    }
}

/// Whether the values are what a store holds; a damaged page may read back as anything.
bool makes_sense(Salvaged const& row) {
    return (!row.local || parse_json(*row.local)) && (!row.mirror || parse_json(*row.mirror));
}

/// Reads rows until the damage; from both ends, this finds all but those on damaged pages.
void read_rows(Connection& connection, std::string const& order,
               std::map<std::string, Salvaged>& found) {
    try {
        Statement all{connection,
                      "SELECT key, local, mirror, revision FROM setting ORDER BY key " + order};
        for (auto rows = all.query(); rows.next();) {
            Salvaged row{rows.optional_text(1), rows.optional_text(2), rows.integer(3)};
            if (makes_sense(row)) found.try_emplace(std::string{rows.text(0)}, std::move(row));
        }
    } catch (SqliteError const&) {
        // What was found until the damage counts.
    }
}

Revision read_head(Connection& connection) {
    try {
        Statement last{connection, "SELECT coalesce(max(revision), 0) FROM journal"};
        return last.query().one().integer(0);
    } catch (SqliteError const&) {
        return 0;
    }
}

void write_rows(std::filesystem::path const& file, std::map<std::string, Salvaged> const& found,
                Revision head) {
    auto connection = open_for_writing(file);
    Statement insert{connection, "INSERT INTO setting VALUES (?, ?, ?, ?)"};
    Statement journal{connection,
                      "INSERT INTO journal (revision, at, origin, app, changes) "
                      "VALUES (?, ?, ?, '', '[]')"};
    connection.execute("BEGIN IMMEDIATE");
    for (auto const& [key, row] : found) insert.run(key, row.local, row.mirror, row.revision);
    // The revision before this one is left out, so that whoever watched the old history sees a gap
    // and reads all settings anew.
    if (head > 0) journal.run(head + 2, unix_milliseconds(), name_of(Origin::recovery));
    connection.execute("COMMIT");
}

}  // namespace

std::optional<std::string> recover(std::filesystem::path const& file) {
    if (!std::filesystem::exists(file) || is_sound(file)) return std::nullopt;
    auto const aside = dated_name(file);
    set_aside(file, aside);

    std::map<std::string, Salvaged> found;
    Revision head = 0;
    try {
        Connection damaged{aside, Connection::Mode::read_write};
        head = read_head(damaged);
        for (auto const* order : {"ASC", "DESC"}) read_rows(damaged, order, found);
    } catch (SqliteError const&) {
        // Not even the schema can be read: nothing is salvaged.
    }
    for (auto const& [key, row] : found) head = std::max(head, row.revision);
    write_rows(file, found, head);
    return "the store was damaged: it is kept as " + aside.string() + ", and " +
           std::to_string(found.size()) + " settings were read from it";
}

}  // namespace settings::store
