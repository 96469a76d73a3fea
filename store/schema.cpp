#include "store/schema.h"

#include <sqlite3.h>

#include <array>
#include <string>

#include "store/files.h"
#include "store/raw_pages.h"

namespace settings::store {
namespace {

constexpr std::int64_t application_id = 0x53655464;  // "SeTd", see file(1)

/// Each entry takes the store from the version that is its index to the next.
constexpr std::array<char const*, 6> migrations{
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
        origin   TEXT NOT NULL,            -- 'app', 'undo', 'remote' or 'recovery'
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
    R"sql(
    -- What requests of ours may still bring about at the server; a NULL value is a removal.
    CREATE TABLE sent (
        id     INTEGER PRIMARY KEY,
        key    TEXT NOT NULL,
        before TEXT,                       -- the mirror at that time
        value  TEXT,
        at     INTEGER NOT NULL,           -- daemon's clock, in milliseconds: of the state
        state  TEXT NOT NULL CHECK (state IN ('flying', 'lost', 'accepted', 'superseded')),
        again  INTEGER NOT NULL DEFAULT 0, -- 1 once it was defended against another device
        looked INTEGER NOT NULL DEFAULT 0  -- the looks that came since, as bits: see sent.cpp
    ) STRICT;
    CREATE INDEX sent_key ON sent (key);

    INSERT INTO sent (key, before, value, at, state)
        SELECT in_flight.key, setting.mirror, in_flight.value, 0, 'flying'
        FROM in_flight LEFT JOIN setting ON setting.key = in_flight.key;
    DROP TABLE in_flight;

    ALTER TABLE rejected ADD COLUMN refusals INTEGER NOT NULL DEFAULT 1;
    ALTER TABLE rejected ADD COLUMN retry_at INTEGER NOT NULL DEFAULT 0;  -- daemon's clock

    -- The values that lost where two devices changed one leaf, until a person has looked at them.
    CREATE TABLE conflict (
        id     INTEGER PRIMARY KEY AUTOINCREMENT,  -- a number that a person saw is not reused
        at     INTEGER NOT NULL,                   -- Unix time in milliseconds
        path   TEXT NOT NULL,                      -- a JSON array of names
        base   TEXT,
        ours   TEXT,
        theirs TEXT,
        kept   TEXT NOT NULL CHECK (kept IN ('ours', 'theirs'))
    ) STRICT;

    -- Small texts that the sync must remember.
    CREATE TABLE memory (
        name  TEXT PRIMARY KEY NOT NULL,
        value TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    )sql",
    R"sql(
    -- Bytes of all entries before this one, as JournalWriter counts them. So the size of the history
    -- is told by its first and its last entry. What measure_history() fills in.
    ALTER TABLE journal ADD COLUMN position INTEGER NOT NULL DEFAULT 0;
    )sql",
    R"sql(
    -- 1: of what is flying the server has said no, and the next look has the last word.
    ALTER TABLE sent ADD COLUMN answered INTEGER NOT NULL DEFAULT 0;
    )sql",
    R"sql(
    -- The keys whose values at the server cannot be read here, by the last look: neither side of
    -- them is touched.
    CREATE TABLE unreadable (
        key TEXT PRIMARY KEY NOT NULL,
        why TEXT NOT NULL
    ) STRICT, WITHOUT ROWID;
    )sql",
    R"sql(
    -- Keys apart from values. WITHOUT ROWID both stood in the tree that is searched by key, so a way
    -- past a value of 1 MB read all of it.
    ALTER TABLE setting RENAME TO former_setting;
    CREATE TABLE setting (
        key      TEXT NOT NULL UNIQUE,
        local    TEXT,
        mirror   TEXT,
        revision INTEGER NOT NULL          -- of the last change of `local`
    ) STRICT;
    INSERT INTO setting SELECT key, local, mirror, revision FROM former_setting;
    DROP TABLE former_setting;
    -- With the key, so that the dirty keys are found without their values.
    CREATE INDEX setting_dirty ON setting (revision, key) WHERE local IS NOT mirror;
    )sql",
};

/// The migration that makes the history know its size.
constexpr std::size_t first_measured = 2;

/// The migration that copies the settings.
constexpr std::size_t first_copied = 5;

/// The views of each connection, and what it need not keep. They are temporary, which means in no
/// file: to change them takes no migration.
constexpr char const* views = R"sql(
    -- What is temporary is in memory, so that no file anywhere has a setting in it.
    PRAGMA temp_store=MEMORY;

    -- The temporary database holds little but the views. With pages of the usual 4,096 bytes its
    -- cache would take 100 KB.
    PRAGMA temp.page_size=512;

    -- The keys that others touched in a document that waits for a person, with the values of the
    -- last look (see held.h); the others of which nothing is sent meanwhile have none. The next
    -- process looks anew, so this is in no file either.
    CREATE TEMP TABLE held (
        key TEXT PRIMARY KEY NOT NULL, is_touched INTEGER NOT NULL DEFAULT 0, theirs TEXT,
        lost INTEGER NOT NULL DEFAULT 0
    ) STRICT, WITHOUT ROWID;

    -- The keys of which nothing is sent: what the server has there cannot be read, or is held.
    CREATE TEMP VIEW left_alone AS
        SELECT key FROM unreadable UNION ALL SELECT key FROM held;

    -- The keys whose local value is not the server's. The index setting_dirty finds them.
    CREATE TEMP VIEW dirty AS
        SELECT key, local, mirror, revision FROM setting WHERE local IS NOT mirror;

    -- The dirty keys that are to be brought to the server. Those that it refused wait for an edit, a
    -- person or their time; those that are left alone, for another value or for a person.
    CREATE TEMP VIEW pending AS
        SELECT key, local, mirror, revision FROM dirty WHERE key NOT IN (SELECT key FROM rejected)
        AND key NOT IN (SELECT key FROM left_alone);

    -- How many keys are pending. Of many dirty keys, few are refused or left alone: to look for
    -- each of the latter is quicker than to look for each of the former.
    CREATE TEMP VIEW pending_count AS
        SELECT (SELECT count(*) FROM dirty) - (SELECT count(*) FROM
            (SELECT key FROM rejected UNION SELECT key FROM left_alone) JOIN dirty USING (key))
        AS number;

    -- The keys to which a request of ours may still bring another value than apps see, or has
    -- brought it: it is on its way, or its answer was lost and no look has come late enough since.
    CREATE TEMP VIEW doubtful AS
        SELECT key FROM sent LEFT JOIN setting USING (key)
        WHERE state IN ('flying', 'lost') AND NOT looked AND value IS NOT local;
    )sql";

std::int64_t pragma(Connection& connection, std::string const& name) {
    return Statement{connection, "PRAGMA " + name}.query().one().integer(0);
}

bool is_empty(Connection& connection) {
    Statement count{connection, "SELECT count(*) FROM sqlite_schema"};
    return count.query().one().integer(0) == 0;
}

void check_version(std::size_t version, std::filesystem::path const& file) {
    if (version > migrations.size())
        throw UnusableStore{file.string() + " was written by a newer settingsd (schema " +
                            std::to_string(version) + ", this one knows " +
                            std::to_string(migrations.size()) + "); install that version"};
}

std::size_t checked_version(Connection& connection, std::filesystem::path const& file) {
    if (is_empty(connection)) return 0;
    if (pragma(connection, "application_id") != application_id)
        throw UnusableStore{file.string() +
                            " is a database of another program; move it away or choose "
                            "another store.directory"};
    auto const version = static_cast<std::size_t>(pragma(connection, "user_version"));
    check_version(version, file);
    return version;
}

void enter_wal(Connection& connection, std::filesystem::path const& file) {
    Statement statement{connection, "PRAGMA journal_mode=WAL"};
    auto rows = statement.query();
    bool const entered = rows.next() && (rows.text(0) == "wal" || rows.text(0) == "memory");
    if (!entered)
        throw UnusableStore{file.string() +
                            " is on a file system without shared memory, which the store "
                            "needs; choose another store.directory"};
}

/// A copy of a damaged table would be a sound one, in which nobody sees that rows are missing.
void check_settings(Connection& connection) {
    Statement check{connection, "PRAGMA integrity_check(setting)"};
    auto rows = check.query();
    if (rows.one().text(0) != "ok") throw SqliteError{SQLITE_CORRUPT, std::string{rows.text(0)}};
}

void migrate_from(Connection& connection, std::size_t version) {
    connection.execute("BEGIN IMMEDIATE");
    if (version == first_copied) check_settings(connection);
    connection.execute(migrations.at(version));
    if (version == first_measured) measure_history(connection);
    connection.execute(("PRAGMA application_id=" + std::to_string(application_id)).c_str());
    connection.execute(("PRAGMA user_version=" + std::to_string(version + 1)).c_str());
    connection.execute("COMMIT");
}

void migrate(Connection& connection, std::size_t version) try {
    for (; version < migrations.size(); ++version) migrate_from(connection, version);
} catch (SqliteError const& error) {
    // To SQLite a table that is there already is no damage.
    if (error.code() != SQLITE_ERROR) throw;
    throw SqliteError{SQLITE_CORRUPT,
                      std::string{"its version is not that of its tables: "} + error.what()};
}

}  // namespace

std::size_t newest_version() { return migrations.size(); }

void check_not_newer(std::filesystem::path const& file) {
    constexpr std::size_t version_at = 60, application_at = 68;  // sqlite.org/fileformat2.html, 1.3
    auto const head = RawPages{file, log_of(file)}.page(1);
    bool const is_ours = head && head->starts_with("SQLite format 3") &&
                         big_endian(*head, application_at, 4) == application_id;
    if (!is_ours) return;
    auto const version = static_cast<std::int32_t>(big_endian(*head, version_at, 4));
    if (version > 0) check_version(static_cast<std::size_t>(version), file);
}

void measure_history(Connection& connection) {
    connection.execute(R"sql(
        UPDATE journal SET position = before.bytes
            FROM (SELECT revision, coalesce(sum(64 + length(CAST(app AS BLOB)) +
                                                length(CAST(changes AS BLOB)))
                      OVER (ORDER BY revision ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING), 0)
                      AS bytes FROM journal) AS before
            WHERE before.revision = journal.revision
        )sql");
}

Connection open_for_writing(std::filesystem::path const& file) {
    Connection connection{file, Connection::Mode::read_write};
    // SQLite falls back to reading by itself, and would refuse each write for ever after.
    if (connection.is_read_only())
        throw SqliteError{SQLITE_READONLY, file.string() + " can only be read"};
    auto const version = checked_version(connection, file);
    // Entering WAL unlinks a rollback journal; only EXTRA syncs the folder afterwards. Without
    // that a power cut can bring the journal back, and with it roll everything away.
    connection.execute("PRAGMA synchronous=EXTRA");
    // What was deleted must not come back by a salvage. Debian's SQLite has this by default.
    connection.execute("PRAGMA secure_delete=ON");
    enter_wal(connection, file);
    migrate(connection, version);
    connection.execute("PRAGMA synchronous=FULL");
    connection.execute("PRAGMA journal_size_limit=16777216");
    connection.execute(views);
    return connection;
}

Connection open_in_memory(std::string const& database) {
    std::filesystem::path const place = ":memory:";
    Connection connection{place, Connection::Mode::read_write};
    if (!database.empty()) connection.load(database);
    migrate(connection, checked_version(connection, place));
    connection.execute(views);
    return connection;
}

Connection open_for_reading(std::filesystem::path const& file) {
    Connection connection{file, Connection::Mode::read_only};
    connection.execute(views);
    return connection;
}

}  // namespace settings::store
