// The store's files in the hands of others: removed, damaged, copied and put back.

#include <sqlite3.h>

#include <filesystem>
#include <fstream>

#include "tests/system/support/raw_connection.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

namespace fs = std::filesystem;
using testing::HasSubstr;

class StoreTest : public SystemTest {
  protected:
    /// A device that has a store, and never a server.
    void be_alone() {
        serve();
        make_device("d");
        server->kill();
        device().start();
    }

    [[nodiscard]] fs::path file(std::string const& ending = "") {
        return device().store() / ("settings.db" + ending);
    }

    std::int64_t number(std::string const& sql) {
        sqlite3* database = nullptr;
        sqlite3_stmt* statement = nullptr;
        sqlite3_open_v2(file().c_str(), &database, SQLITE_OPEN_READONLY, nullptr);
        sqlite3_prepare_v2(database, sql.c_str(), -1, &statement, nullptr);
        sqlite3_step(statement);
        auto const found = sqlite3_column_int64(statement, 0);
        sqlite3_finalize(statement);
        sqlite3_close(database);
        return found;
    }

    void overwrite_table(std::string const& table) {
        auto const page = number("SELECT rootpage FROM sqlite_schema WHERE name = '" + table + "'");
        std::fstream stream{file(), std::ios::in | std::ios::out | std::ios::binary};
        stream.seekp((page - 1) * 4'096);
        stream << std::string(4'096, '\x5a');
    }

    /// What a request is answered, from the status on.
    std::string answer_to(std::string const& method, std::string const& header,
                          std::string const& body = "") {
        RawConnection connection{device().socket()};
        connection.send(
            method + " /settings/user HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n" +
            header + "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
        return connection.receive_until("\r\n\r\n");
    }
};

TEST_F(StoreTest, AStoppedDaemonLeavesOneFileWithEverything) {
    be_alone();
    patch(device(), {{"theme", "dark"}});

    EXPECT_EQ(device().stop(), 0);

    EXPECT_FALSE(fs::exists(file("-wal")));
    EXPECT_EQ(number("SELECT count(*) FROM setting"), 1);
}

TEST_F(StoreTest, ALogThatIsRemovedWhileItRunsTakesNothingWithIt) {
    be_alone();
    for (int n = 1; n <= 20; ++n) patch(device(), {{"key" + std::to_string(n), n}});

    fs::remove(file("-wal"));
    EXPECT_FALSE(device().client().patch({{"lost", "and told so"}}));
    expect_eventually([&] { return bool(device().client().patch({{"after", 1}})); }, true);
    device().kill();
    device().start();

    EXPECT_EQ(device().document().size(), 21U);
    EXPECT_THAT(device().log(), HasSubstr("settings.db-wal was moved, deleted or replaced"));
}

TEST_F(StoreTest, ATableThatNobodyReadsAtTheStartIsHealedByIt) {
    be_alone();
    patch(device(), {{"theme", "dark"}});
    EXPECT_EQ(device().stop(), 0);

    overwrite_table("rejected");
    device().start();

    EXPECT_GT(patch(device(), {{"theme", "light"}}), 2);
    EXPECT_THAT(device().log(), HasSubstr("Lost: what stood on 1 page"));
}

TEST_F(StoreTest, ALogWithoutItsDatabaseIsReadAndKept) {
    be_alone();
    for (int n = 1; n <= 50; ++n) patch(device(), {{"key" + std::to_string(n), n}});
    device().kill();

    fs::remove(file());
    device().start();

    EXPECT_EQ(device().document().size(), 50U);
    EXPECT_THAT(device().log(), HasSubstr("its log without it"));
}

TEST_F(StoreTest, ARevisionNamesTheSameThingAfterTheStoreWasPutBack) {
    be_alone();
    for (int n = 1; n <= 3; ++n) patch(device(), {{"count", n}});
    EXPECT_EQ(device().stop(), 0);
    fs::copy_file(file(), folder / "backup");
    device().start();
    for (int n = 4; n <= 5; ++n) patch(device(), {{"count", n}});
    EXPECT_EQ(device().stop(), 0);

    fs::copy_file(folder / "backup", file(), fs::copy_options::overwrite_existing);
    device().start();
    EXPECT_GT(patch(device(), {{"count", 6}}), 5);

    EXPECT_THAT(answer_to("GET", "If-None-Match: \"5\""), HasSubstr("200 OK"));
    EXPECT_THAT(answer_to("PUT", "If-Match: \"5\"", "{\"count\":7}"), HasSubstr("412"));
    RawConnection watcher{device().socket()};
    watcher.send("GET /v1/watch?since=5 HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_THAT(watcher.receive_until("}}\n\n"), HasSubstr("event: reset"));
    EXPECT_THAT(device().log(), HasSubstr("an older store was put back"));
}

}  // namespace
}  // namespace settings::system_test
