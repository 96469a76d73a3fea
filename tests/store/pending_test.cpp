// The views of dirty and pending keys: what they hold, and what it costs to read them.

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sqlite3.h>

#include "store/ledger.h"
#include "store/reader.h"
#include "store/schema.h"
#include "tests/support/temporary_folder.h"

namespace settings::store {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

sqlite3* last_opened = nullptr;

int note_opened(sqlite3* handle, char**, sqlite3_api_routines const*) {
    last_opened = handle;
    return SQLITE_OK;
}

/// A step of a query plan that costs the more the more keys there are, dirty or not.
MATCHER(ReadsAllSettings, "") {
    return arg.find(" setting") != arg.npos && arg.find("setting_dirty") == arg.npos &&
           arg.find("(key=?)") == arg.npos;
}

class PendingTest : public testing::Test {
  protected:
    static std::vector<std::string> texts(Connection& connection, std::string const& sql,
                                          int column = 0) {
        std::vector<std::string> list;
        Statement statement{connection, sql};
        for (auto rows = statement.query(); rows.next();) list.emplace_back(rows.text(column));
        return list;
    }

    /// The steps by which SQLite carries a statement out.
    std::vector<std::string> plan(std::string const& sql) {
        return texts(connection, "EXPLAIN QUERY PLAN " + sql, 3);
    }

    /// The prepared statements that read one of the views.
    static std::vector<std::string> statements_on_views(sqlite3* handle) {
        std::vector<std::string> list;
        for (auto* each = sqlite3_next_stmt(handle, nullptr); each != nullptr;
             each = sqlite3_next_stmt(handle, each)) {
            std::string sql = sqlite3_sql(each);
            if (sql.find("dirty") != sql.npos || sql.find("pending") != sql.npos)
                list.push_back(std::move(sql));
        }
        return list;
    }

    TemporaryFolder folder;
    std::filesystem::path file = folder / "settings.db";
    Connection connection = open_for_writing(file);
};

TEST_F(PendingTest, DirtyIsWhatTheServerDoesNotHaveAndPendingWhatItDidNotRefuse) {
    connection.execute(
        "INSERT INTO setting VALUES ('synced', '1', '1', 1), ('new', '1', NULL, 2), "
        "('edited', '2', '1', 3), ('removed', NULL, '1', 4), ('refused', '2', '1', 5)");
    connection.execute(
        "INSERT INTO rejected (key, status, message, at) VALUES ('refused', 400, '', 0)");
    auto reading = open_for_reading(file);

    for (auto* each : {&connection, &reading}) {
        EXPECT_THAT(texts(*each, "SELECT key FROM dirty ORDER BY revision"),
                    ElementsAre("new", "edited", "removed", "refused"));
        EXPECT_THAT(texts(*each, "SELECT key FROM pending ORDER BY revision"),
                    ElementsAre("new", "edited", "removed"));
    }
}

TEST_F(PendingTest, TheLedgerFindsItsKeysByAnIndex) {
    Ledger const ledger{connection, [] { return 0; }};

    auto const statements = statements_on_views(connection.handle());

    EXPECT_THAT(statements, Not(IsEmpty()));
    for (auto const& sql : statements) EXPECT_THAT(plan(sql), Each(Not(ReadsAllSettings()))) << sql;
}

TEST_F(PendingTest, TheReaderFindsItsKeysByAnIndex) {
    sqlite3_auto_extension(reinterpret_cast<void (*)()>(note_opened));
    Reader const reader{file};
    sqlite3_reset_auto_extension();

    auto const statements = statements_on_views(last_opened);

    EXPECT_THAT(statements, Not(IsEmpty()));
    for (auto const& sql : statements) EXPECT_THAT(plan(sql), Each(Not(ReadsAllSettings()))) << sql;
}

}  // namespace
}  // namespace settings::store
