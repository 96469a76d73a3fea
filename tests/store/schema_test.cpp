#include "store/schema.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "tests/support/temporary_folder.h"

namespace settings::store {
namespace {

class SchemaTest : public testing::Test {
  protected:
    TemporaryFolder folder;
    std::filesystem::path file = folder / "settings.db";

    static std::string only_text(Connection& connection, char const* sql) {
        Statement statement{connection, sql};
        auto rows = statement.query();
        EXPECT_TRUE(rows.next());
        return std::string{rows.text(0)};
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
