#include "store/recovery.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "store/files.h"
#include "store/ledger.h"
#include "store/schema.h"
#include "tests/support/temporary_folder.h"

namespace settings::store {
namespace {

using testing::HasSubstr;

class RecoveryTest : public testing::Test {
  protected:
    /// A store with this many settings, all in the database file itself.
    void fill(int settings) {
        auto connection = open_for_writing(file);
        Ledger ledger{connection, [] { return 0; }};
        Json document = Json::object();
        for (int n = 0; n < settings; ++n)
            document["key" + std::to_string(n)] = std::string(200, 'v');
        ASSERT_TRUE(ledger.apply(Patch{document}, "test"));
        ASSERT_TRUE(ledger.apply(Patch{{{"key0", 1}}}, "test"));
    }

    void overwrite(std::streamoff at, std::size_t bytes, char with) {
        std::fstream stream{file, std::ios::in | std::ios::out | std::ios::binary};
        stream.seekp(at);
        stream << std::string(bytes, with);
    }

    std::size_t settings() {
        return static_cast<std::size_t>(number("SELECT count(*) FROM setting"));
    }

    std::int64_t number(char const* sql) {
        auto connection = open_for_reading(file);
        return Statement{connection, sql}.query().one().integer(0);
    }

    static std::string contents(std::filesystem::path const& of) {
        std::ifstream stream{of, std::ios::binary};
        return {std::istreambuf_iterator<char>{stream}, {}};
    }

    std::vector<std::string> set_aside() {
        std::vector<std::string> names;
        for (auto const& entry : std::filesystem::directory_iterator{folder.path()})
            if (entry.path().filename().string().starts_with("settings.db.damaged-"))
                names.push_back(entry.path().string());
        return names;
    }

    TemporaryFolder folder;
    std::filesystem::path file = folder / "settings.db";
};

TEST_F(RecoveryTest, SaysNothingOfASoundStoreNorOfANewOne) {
    EXPECT_EQ(recover(file), std::nullopt);
    EXPECT_EQ(settings(), 0U);

    fill(10);
    EXPECT_EQ(recover(file), std::nullopt);
    EXPECT_EQ(settings(), 10U);
}

TEST_F(RecoveryTest, SetsAsideWhatIsNoDatabaseAndStartsEmpty) {
    std::ofstream{file} << std::string(5'000, 'x');

    EXPECT_THAT(recover(file).value_or(""), HasSubstr("0 settings were read"));

    EXPECT_EQ(settings(), 0U);
    ASSERT_EQ(set_aside().size(), 1U);
    EXPECT_EQ(std::filesystem::file_size(set_aside()[0]), 5'000U);
}

TEST_F(RecoveryTest, ADamagedPageTakesNothingThatTheHistoryHasAndRevisionsCountOnAfterAGap) {
    fill(500);
    auto const pages = std::filesystem::file_size(file) / 4096;
    int rebuilt = 0;
    // Whichever page of the table this hits.
    for (std::uintmax_t page = 8; page < pages; page += 4) {
        auto const backup = folder / "backup";
        std::filesystem::copy_file(file, backup, std::filesystem::copy_options::overwrite_existing);
        overwrite(static_cast<std::streamoff>(page * 4096), 4096, '\x5a');

        if (auto const told = recover(file)) {
            EXPECT_EQ(settings(), 500U) << "page " << page;
            EXPECT_EQ(number("SELECT max(revision) FROM journal"), 4) << "page " << page;
            EXPECT_EQ(recover(file), std::nullopt) << "page " << page;
            rebuilt += told->find("made again from the history") != std::string::npos ? 1 : 0;
        }
        std::filesystem::rename(backup, file);
        std::filesystem::remove(folder / "settings.db-revision");
    }
    EXPECT_GT(rebuilt, 0) << "no page of the table was hit";
}

TEST_F(RecoveryTest, WhatIsMadeAgainFromTheHistoryYieldsToTheServer) {
    fill(4);
    {
        auto connection = open_for_writing(file);
        Ledger ledger{connection, [] { return 0; }};
        ASSERT_TRUE(ledger.apply(Patch{{{"key1", {{"a", 1}, {"b", 1}}}}}, "test"));
        ASSERT_TRUE(ledger.apply(Patch{{{"key1", {{"b", 2}}}}}, "test"));
        ASSERT_TRUE(ledger.apply(Patch{{{"key2", "ours"}}}, "test"));
        ASSERT_TRUE(ledger.apply(Erase{{"key3"}}, "test"));
        connection.execute("UPDATE setting SET local = '{bad' WHERE key = 'key1'");
    }

    EXPECT_THAT(recover(file).value_or(""), HasSubstr("1 lost one was made again"));

    auto connection = open_for_writing(file);
    Ledger ledger{connection, [] { return 0; }};
    auto const value = [&](std::string const& key) {
        Statement row{connection, "SELECT local FROM setting WHERE key = ?"};
        auto rows = row.query(key);
        return rows.next() ? std::string{rows.text(0)} : "none";
    };
    EXPECT_EQ(value("key1"), R"({"a":1,"b":2})");
    EXPECT_EQ(value("key3"), "none");
    Json const remote{{"key0", 1}, {"key1", {{"a", 1}, {"b", 3}}}, {"key2", "theirs"}};
    static_cast<void>(ledger.mirror().reconcile({.remote = remote}, Time{1}));
    EXPECT_EQ(value("key1"), R"({"a":1,"b":3})");
    EXPECT_EQ(value("key2"), "\"ours\"") << "an ordinary edit that was not sent";
}

TEST_F(RecoveryTest, ADamagedJournalDoesNotKeepTheSettingsFromBeingServed) {
    fill(10);
    auto const root = number("SELECT rootpage FROM sqlite_schema WHERE name = 'journal'");
    overwrite((root - 1) * 4096, 4096, '\x5a');

    EXPECT_TRUE(recover(file));

    EXPECT_EQ(settings(), 10U);
    EXPECT_EQ(number("SELECT max(revision) FROM journal WHERE origin = 'recovery'"), 4);
}

TEST_F(RecoveryTest, SurvivesATruncatedStore) {
    fill(500);
    std::filesystem::resize_file(file, 3 * 4096 + 100);

    EXPECT_TRUE(recover(file));

    EXPECT_EQ(recover(file), std::nullopt);
    EXPECT_EQ(set_aside().size(), 1U);
}

TEST_F(RecoveryTest, DoesNotTouchAStoreThatIsOnlyNewer) {
    fill(10);
    {
        auto connection = open_for_writing(file);
        connection.execute("PRAGMA user_version=999");
        connection.keep_log();
    }
    auto const bytes = contents(file) + contents(log_of(file));

    EXPECT_THROW(static_cast<void>(recover(file)), std::runtime_error);

    EXPECT_EQ(contents(file) + contents(log_of(file)), bytes);
    EXPECT_TRUE(set_aside().empty());
}

/// A look would read what is missing as removed here, had the server accepted it from us.
TEST_F(RecoveryTest, WhatIsLostWasNotRemovedHere) {
    fill(10);
    {
        auto connection = open_for_writing(file);
        Ledger ledger{connection, [] { return 0; }};
        auto const send = [&] {
            auto const batch = ledger.mirror().freeze({20, 0}, 100'000, Time{1}).batch;
            static_cast<void>(ledger.mirror().settle(batch, Time{1}));
        };
        send();
        ASSERT_TRUE(ledger.apply(Erase{{"key1"}}, "test"));
        send();
        connection.execute("DELETE FROM setting WHERE key = 'key2'");
    }

    static_cast<void>(recover(file));

    EXPECT_EQ(number("SELECT count(*) FROM sent WHERE key = 'key2'"), 0);
    EXPECT_GT(number("SELECT count(*) FROM sent WHERE key = 'key1'"), 0);
    EXPECT_GT(number("SELECT count(*) FROM sent WHERE key = 'key3'"), 0);
}

}  // namespace
}  // namespace settings::store
