#include "store/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <fstream>
#include <iterator>

#include "store/ledger.h"
#include "tests/support/store_of_version_5.h"
#include "tests/support/temporary_folder.h"

namespace settings::store {
namespace {

/// The schema of version 1, as it was.
constexpr char const* version_1 = R"sql(
    PRAGMA journal_mode=WAL;
    CREATE TABLE setting (
        key      TEXT PRIMARY KEY NOT NULL,
        local    TEXT,
        mirror   TEXT,
        revision INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    CREATE INDEX setting_dirty ON setting (revision) WHERE local IS NOT mirror;
    CREATE TABLE journal (
        revision INTEGER PRIMARY KEY,
        at       INTEGER NOT NULL,
        origin   TEXT NOT NULL,
        app      TEXT NOT NULL,
        changes  TEXT NOT NULL
    ) STRICT;
    CREATE TABLE in_flight (
        key   TEXT PRIMARY KEY NOT NULL,
        value TEXT
    ) STRICT, WITHOUT ROWID;
    CREATE TABLE rejected (
        key     TEXT PRIMARY KEY NOT NULL,
        status  INTEGER NOT NULL,
        message TEXT NOT NULL,
        at      INTEGER NOT NULL
    ) STRICT, WITHOUT ROWID;
    PRAGMA application_id=1399149668;
    PRAGMA user_version=1;
)sql";

class SchemaTest : public testing::Test {
  protected:
    void make_version_1(char const* rows) {
        Connection old{file, Connection::Mode::read_write};
        old.execute(version_1);
        old.execute(rows);
    }

    TemporaryFolder folder;
    std::filesystem::path file = folder / "settings.db";

    static std::string only_text(Connection& connection, char const* sql) {
        return std::string{Statement{connection, sql}.query().one().text(0)};
    }

    /// How often a page was asked for since the last call.
    static int pages_read(Connection& connection) {
        int in_memory = 0, elsewhere = 0, highest = 0;
        sqlite3_db_status(connection.handle(), SQLITE_DBSTATUS_CACHE_HIT, &in_memory, &highest, 1);
        sqlite3_db_status(connection.handle(), SQLITE_DBSTATUS_CACHE_MISS, &elsewhere, &highest, 1);
        return in_memory + elsewhere;
    }

    std::string refusal() {
        try {
            auto const connection = open_for_writing(file);
        } catch (std::exception const& error) {
            return error.what();
        }
        return "opened";
    }
};

TEST_F(SchemaTest, CreatesAStoreThatSurvivesPowerCuts) {
    auto connection = open_for_writing(file);

    EXPECT_EQ(only_text(connection, "PRAGMA journal_mode"), "wal");
    EXPECT_EQ(only_text(connection, "PRAGMA synchronous"), "2");  // FULL
}

TEST_F(SchemaTest, OpensItsOwnStoreAgain) {
    {
        auto connection = open_for_writing(file);
        connection.execute("INSERT INTO setting VALUES ('a', '1', NULL, 1)");
    }

    auto connection = open_for_writing(file);

    EXPECT_EQ(only_text(connection, "SELECT local FROM setting"), "1");
}

TEST_F(SchemaTest, TakesAStoreOfVersion1OverAndLosesNothing) {
    make_version_1(R"sql(
        INSERT INTO setting VALUES ('a', '2', '1', 3), ('gone', NULL, '5', 2), ('bad', '1', NULL, 1);
        INSERT INTO journal VALUES (3, 1700000000000, 'app', 'test', '[]');
        INSERT INTO in_flight VALUES ('a', '2'), ('gone', NULL), ('forgotten', '7');
        INSERT INTO rejected VALUES ('bad', 400, 'no such theme', 1700000000000);
    )sql");

    auto connection = open_for_writing(file);

    EXPECT_EQ(only_text(connection, "PRAGMA user_version"), "6");
    EXPECT_EQ(only_text(connection,
                        "SELECT group_concat(key || quote(local) || quote(mirror) || revision) "
                        "FROM setting"),
              "a'2''1'3,bad'1'NULL1,goneNULL'5'2");
    EXPECT_EQ(only_text(connection, "SELECT revision || at || origin || app FROM journal"),
              "31700000000000apptest");
    EXPECT_EQ(only_text(connection,
                        "SELECT group_concat(key || quote(before) || quote(value) || state) FROM "
                        "(SELECT * FROM sent ORDER BY key)"),
              "a'1''2'flying,forgottenNULL'7'flying,gone'5'NULLflying");
    EXPECT_EQ(only_text(connection,
                        "SELECT key || status || message || at || refusals || retry_at FROM "
                        "rejected"),
              "bad400no such theme170000000000010");
}

TEST_F(SchemaTest, MeasuresAHistoryThatHadNoBoundInBytes) {
    make_version_1(R"sql(
        INSERT INTO journal VALUES (3, 1700000000000, 'app', 'ab', '[]'),
            (4, 1700000000000, 'app', 'ü', '[1]'), (5, 1700000000000, 'app', '', '[]');
    )sql");

    auto connection = open_for_writing(file);

    EXPECT_EQ(
        only_text(connection, "SELECT group_concat(revision || ':' || position) FROM journal"),
        "3:0,4:68,5:137");
}

TEST_F(SchemaTest, AWayPastALargeValueReadsNothingOfIt) {
    auto connection = open_for_writing(file);
    connection.execute(
        "INSERT INTO setting VALUES ('a', '1', NULL, 1), "
        "('b', '\"' || hex(zeroblob(500000)) || '\"', NULL, 2), ('c', '3', NULL, 3)");
    pages_read(connection);

    EXPECT_EQ(only_text(connection, "SELECT local FROM setting WHERE key = 'c'"), "3");

    EXPECT_LT(pages_read(connection), 10);
}

TEST_F(SchemaTest, TakesValuesOfVersion5AwayFromTheirKeys) {
    {
        auto connection = open_for_writing(file);
        connection.execute(
            "INSERT INTO setting VALUES ('a', '2', '1', 3), ('gone', NULL, '5', 2), "
            "('large', '\"' || hex(zeroblob(5000)) || '\"', NULL, 1)");
        take_back_to_version_5(connection);
    }

    auto connection = open_for_writing(file);

    EXPECT_EQ(only_text(connection, "PRAGMA user_version"), "6");
    EXPECT_EQ(only_text(connection,
                        "SELECT group_concat(key || length(local) || quote(mirror) || revision) "
                        "FROM (SELECT key, coalesce(local, '') AS local, mirror, revision FROM "
                        "setting ORDER BY key)"),
              "a1'1'3,gone0'5'2,large10002NULL1");
    EXPECT_EQ(only_text(connection, "SELECT group_concat(key) FROM dirty ORDER BY revision"),
              "large,gone,a");
    EXPECT_EQ(only_text(connection, "PRAGMA integrity_check"), "ok");
}

TEST_F(SchemaTest, ALostAnswerOfVersion1IsStillUnderstood) {
    make_version_1(R"sql(
        INSERT INTO setting VALUES ('a', '3', '1', 3);
        INSERT INTO in_flight VALUES ('a', '2');
    )sql");
    auto connection = open_for_writing(file);
    Ledger ledger{connection, [] { return 0; }};

    auto const outcome = ledger.mirror().reconcile({.remote = Json{{"a", 2}}}, Time{1});

    EXPECT_THAT(outcome.conflicts, testing::IsEmpty());
    EXPECT_EQ(only_text(connection, "SELECT local FROM setting"), "3");
}

TEST_F(SchemaTest, RefusesAStoreOfANewerVersionAndLeavesItAlone) {
    {
        auto connection = open_for_writing(file);
        connection.execute("PRAGMA user_version=999");
    }

    EXPECT_THAT(refusal(), testing::HasSubstr("newer settingsd (schema 999"));

    auto connection = open_for_reading(file);
    EXPECT_EQ(only_text(connection, "PRAGMA user_version"), "999");
}

TEST_F(SchemaTest, RefusesTheDatabaseOfAnotherProgram) {
    {
        Connection other{file, Connection::Mode::read_write};
        other.execute("CREATE TABLE theirs (x)");
    }

    EXPECT_THAT(refusal(), testing::HasSubstr("another program"));
}

TEST_F(SchemaTest, RefusesAFileThatIsNoDatabaseAndLeavesItAlone) {
    std::string const text(4096, 'x');
    std::ofstream{file} << text;

    EXPECT_NE(refusal(), "opened");

    std::ifstream stream{file};
    EXPECT_EQ(std::string(std::istreambuf_iterator<char>{stream}, {}), text);
}

TEST_F(SchemaTest, AReaderCannotWrite) {
    auto const writer = open_for_writing(file);
    auto reader = open_for_reading(file);

    EXPECT_THROW(reader.execute("DELETE FROM setting"), SqliteError);
}

}  // namespace
}  // namespace settings::store
