#include "store/schema.h"

#include <sqlite3.h>

#include <array>
#include <string>

namespace settings::store {
namespace {

constexpr std::int64_t application_id = 0x53655464;  // "SeTd", see file(1)

/// Each entry takes the store from the version that is its index to the next.
constexpr std::array migrations{
    R"sql(
    -- One row for each top-level key. `local` is what apps see, `mirror` what the server is known
    -- to hold, each NULL when absent. Dirty is `local IS NOT mirror`; there is no second queue.
    CREATE TABLE setting (
        key      TEXT PRIMARY KEY NOT NULL,
        local    TEXT,
        mirror   TEXT,
        revision INTEGER NOT NULL          -- of the last change of `local`
    ) STRICT, WITHOUT ROWID;

    -- The dirty keys, oldest first; empty when all is synced, however many keys there are.
    CREATE INDEX setting_dirty ON setting (revision) WHERE local IS NOT mirror;

    -- Every change of `local`: the revision counter, the history, the watch log.
    CREATE TABLE journal (
        revision INTEGER PRIMARY KEY,
        at       INTEGER NOT NULL,         -- Unix time in milliseconds
        origin   TEXT NOT NULL,            -- 'app' or 'remote'
        app      TEXT NOT NULL,
        changes  TEXT NOT NULL
    ) STRICT;

    -- What a request on its way may have brought to the server; NULL is a deletion. Written
    -- before the first byte is sent, so that after a crash the doubt is known.
    CREATE TABLE in_flight (
        key   TEXT PRIMARY KEY NOT NULL,
        value TEXT
    ) STRICT, WITHOUT ROWID;

    -- Keys whose present value the server refused, with its words. An edit of the key frees it.
    CREATE TABLE rejected (
        key     TEXT PRIMARY KEY NOT NULL,
        status  INTEGER NOT NULL,
        message TEXT NOT NULL,
        at      INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    )sql",
};

std::int64_t pragma(Connection& connection, std::string const& name) {
    Statement statement{connection, "PRAGMA " + name};
    auto rows = statement.query();
    rows.next();
    return rows.integer(0);
}

bool is_empty(Connection& connection) {
    Statement statement{connection, "SELECT count(*) FROM sqlite_schema"};
    auto rows = statement.query();
    rows.next();
    return rows.integer(0) == 0;
}

std::size_t checked_version(Connection& connection, std::filesystem::path const& file) {
    if (is_empty(connection)) return 0;
    if (pragma(connection, "application_id") != application_id)
        throw std::runtime_error{file.string() +
                                 " is a database of another program; move it away or choose "
                                 "another store.directory"};
    auto const version = static_cast<std::size_t>(pragma(connection, "user_version"));
    if (version > migrations.size())
        throw std::runtime_error{file.string() + " was written by a newer settingsd (schema " +
                                 std::to_string(version) + ", this one knows " +
                                 std::to_string(migrations.size()) + "); install that version"};
    return version;
}

void enter_wal(Connection& connection, std::filesystem::path const& file) {
    Statement statement{connection, "PRAGMA journal_mode=WAL"};
    auto rows = statement.query();
    bool const entered = rows.next() && (rows.text(0) == "wal" || rows.text(0) == "memory");
    if (!entered)
        throw std::runtime_error{file.string() +
                                 " is on a file system without shared memory, which the store "
                                 "needs; choose another store.directory"};
}

void migrate(Connection& connection, std::size_t version) {
    for (; version < migrations.size(); ++version) {
        connection.execute("BEGIN IMMEDIATE");
        connection.execute(migrations.at(version));
        connection.execute(("PRAGMA application_id=" + std::to_string(application_id)).c_str());
        connection.execute(("PRAGMA user_version=" + std::to_string(version + 1)).c_str());
        connection.execute("COMMIT");
    }
}

}  // namespace

Connection open_for_writing(std::filesystem::path const& file) {
    Connection connection{file, Connection::Mode::read_write};
    // SQLite falls back to reading by itself, and would refuse each write for ever after.
    if (connection.is_read_only())
        throw SqliteError{SQLITE_READONLY, file.string() + " can only be read"};
    auto const version = checked_version(connection, file);
    // Entering WAL unlinks a rollback journal; only EXTRA syncs the folder afterwards. Without
    // that a power cut can bring the journal back, and with it roll everything away.
    connection.execute("PRAGMA synchronous=EXTRA");
    enter_wal(connection, file);
    migrate(connection, version);
    connection.execute("PRAGMA synchronous=FULL");
    connection.execute("PRAGMA journal_size_limit=16777216");
    return connection;
}

Connection open_for_reading(std::filesystem::path const& file) {
    return Connection{file, Connection::Mode::read_only};
}

}  // namespace settings::store
