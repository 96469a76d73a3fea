#include "store/forgotten.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>

#include "store/high_water.h"
#include "store/ledger.h"
#include "store/recovery.h"
#include "store/schema.h"
#include "tests/support/temporary_folder.h"

namespace settings::store {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr std::int64_t page_bytes = 4'096;

class ForgottenTest : public testing::Test {
  protected:
    /// A store in step with an account, with an edit that was made while the sync was paused.
    void live_paused() {
        ASSERT_EQ(recover(file), std::nullopt);
        auto connection = open_for_writing(file);
        Ledger ledger{connection, [] { return 0; }};
        static_cast<void>(ledger.meetings().reconcile(
            {.remote = Json{{"theme", "dark"}}, .owner = ada}, Time{1}));
        edit(ledger);
        ledger.memory().remember(paused);
        HighWater{file}.note(ledger.head());
    }

    static void edit(Ledger& ledger) {
        ASSERT_TRUE(ledger.apply(Patch{{{"note", "unsent"}}}, "test"));
    }

    void edit_alone() {
        auto connection = open_for_writing(file);
        Ledger ledger{connection, [] { return 0; }};
        edit(ledger);
        HighWater{file}.note(ledger.head());
    }

    void execute(std::string const& sql) {
        Connection{file, Connection::Mode::read_write}.execute(sql.c_str());
    }

    /// The page that a table begins on, or another one.
    void zero_page(std::int64_t page) {
        std::fstream stream{file, std::ios::in | std::ios::out | std::ios::binary};
        stream.seekp(static_cast<std::streamoff>((page - 1) * page_bytes));
        stream << std::string(page_bytes, '\0');
    }

    std::int64_t number(std::string const& sql) {
        auto connection = open_for_reading(file);
        return Statement{connection, sql}.query().one().integer(0);
    }

    /// As a version that kept no positive rows left it.
    void become_of_an_earlier_version() {
        execute("DELETE FROM memory WHERE name = 'owner' OR value = ''");
        auto const beside = HighWater::of(file);
        HighWater::renew(file, beside.revision, beside.run);
    }

    std::string engine() {
        auto connection = open_for_reading(file);
        return Memory{connection, Memory::engine}.recall().value_or("no row");
    }

    std::optional<Owner> owner() {
        auto connection = open_for_reading(file);
        return Bond{connection}.owner();
    }

    /// Neither row can be read, which pauses the sync and makes all others strangers.
    void expect_loss_to_be_told() {
        EXPECT_THAT(recover(file).value_or(""),
                    AllOf(HasSubstr("may have been paused"), HasSubstr("whose the settings are")));

        EXPECT_EQ(engine(), "lost");
        ASSERT_TRUE(owner());
        EXPECT_TRUE(contradicts(*owner(), ada));
        auto connection = open_for_reading(file);
        EXPECT_THAT(Notices{connection}.last().value().text, HasSubstr("settingsctl resume"));
        EXPECT_EQ(recover(file), std::nullopt);
        EXPECT_EQ(number("SELECT count(*) FROM setting"), 2);
    }

    void expect_to_be_new() {
        EXPECT_EQ(recover(file), std::nullopt);
        EXPECT_EQ(engine(), "");
        EXPECT_EQ(owner(), std::nullopt);
    }

    void begin_anew() {
        std::filesystem::remove_all(folder.path());
        std::filesystem::create_directory(folder.path());
    }

    Owner const ada{"https://backend.example", {{"sub", "ada"}}};
    std::string const paused = R"({"paused":true})";
    TemporaryFolder folder;
    std::filesystem::path file = folder / "settings.db";
};

TEST_F(ForgottenTest, AnyWayToLoseTheRowsPausesAndAsksWhoseTheSettingsAre) {
    for (std::string const way : {"DROP TABLE memory", "DELETE FROM memory",
                                  "DELETE FROM memory WHERE name IN ('engine', 'owner')",
                                  "DELETE FROM memory WHERE name NOT IN ('id', 'run')",
                                  "DELETE FROM memory; DELETE FROM journal"}) {
        SCOPED_TRACE(way);
        begin_anew();
        live_paused();
        execute(way);

        expect_loss_to_be_told();
    }
}

TEST_F(ForgottenTest, SoDoesAPageThatIsBlank) {
    live_paused();
    zero_page(number("SELECT rootpage FROM sqlite_schema WHERE name = 'memory'"));

    expect_loss_to_be_told();
}

/// The table has several pages where the organization's settings are many.
TEST_F(ForgottenTest, APartOfTheTablePausesAsWell) {
    live_paused();
    for (int row = 0; row < 20; ++row)
        execute("INSERT INTO memory VALUES ('f" + std::to_string(row) + "', '" +
                std::string(900, 'x') + "')");
    std::ifstream stream{file, std::ios::binary};
    std::string page(page_bytes, '\0');
    auto const root = number("SELECT rootpage FROM sqlite_schema WHERE name = 'memory'");
    std::int64_t with_engine = 0;
    for (std::int64_t at = 1; stream.read(page.data(), page_bytes); ++at)
        if (at != root && page.find("engine{\"paused") != page.npos) with_engine = at;
    ASSERT_NE(with_engine, 0);
    zero_page(with_engine);

    EXPECT_THAT(recover(file).value_or(""), HasSubstr("may have been paused"));

    EXPECT_EQ(engine(), "lost");
    EXPECT_EQ(owner(), ada);
}

TEST_F(ForgottenTest, WithoutTheFileBesideItTheMirrorTellsThatItWasSynced) {
    live_paused();
    execute("DELETE FROM memory");
    std::filesystem::remove(folder / "settings.db-revision");

    expect_loss_to_be_told();
}

TEST_F(ForgottenTest, OneRowCostsThatRowAlone) {
    live_paused();
    execute("DELETE FROM memory WHERE name = 'owner'");

    EXPECT_THAT(recover(file).value_or(""),
                AllOf(HasSubstr("whose the settings are"), Not(HasSubstr("may have been paused"))));

    EXPECT_EQ(engine(), paused);
    EXPECT_TRUE(contradicts(owner().value(), ada));
}

TEST_F(ForgottenTest, AStoreThatWasNeverSyncedCanLoseItsPauseToo) {
    EXPECT_EQ(recover(file), std::nullopt);
    edit_alone();
    execute("UPDATE memory SET value = '" + paused + "' WHERE name = 'engine'");
    execute("DELETE FROM memory");

    EXPECT_THAT(recover(file).value_or(""), HasSubstr("may have been paused"));

    EXPECT_EQ(engine(), "lost");
}

TEST_F(ForgottenTest, ANewStoreAndOneThatWasNeverSyncedHaveForgottenNothing) {
    for (int start = 0; start < 3; ++start) expect_to_be_new();
    edit_alone();
    for (int start = 0; start < 3; ++start) expect_to_be_new();
}

TEST_F(ForgottenTest, NorHasAStoreOfAnEarlierVersion) {
    EXPECT_EQ(recover(file), std::nullopt);
    edit_alone();
    become_of_an_earlier_version();
    expect_to_be_new();

    begin_anew();
    live_paused();
    become_of_an_earlier_version();
    EXPECT_EQ(recover(file), std::nullopt);
    EXPECT_EQ(engine(), paused);
    EXPECT_EQ(owner(), std::nullopt);
}

TEST_F(ForgottenTest, AStoreOfAnEarlierVersionCanLoseItsRowsAsWell) {
    live_paused();
    become_of_an_earlier_version();
    execute("DELETE FROM memory");

    expect_loss_to_be_told();
}

TEST_F(ForgottenTest, AStoreThatWasRemovedMayHaveBeenPaused) {
    live_paused();
    std::filesystem::remove(file);
    EXPECT_THAT(recover(file).value_or(""),
                AllOf(HasSubstr("was removed"), HasSubstr("may have been paused"),
                      Not(HasSubstr("whose the settings are"))));
    EXPECT_NE(engine(), "");

    begin_anew();
    live_paused();
    std::filesystem::remove(file);
    std::ofstream{folder / "settings.db-seen"}
        << R"({"revision":2,"settings":{"theme":"dark","note":"unsent"}})";
    expect_loss_to_be_told();
}

TEST_F(ForgottenTest, WhatWasSeenLastTellsWhatTheSyncMustNotForget) {
    live_paused();
    begin_anew();
    Json const seen{{"revision", 2},
                    {"engine", paused},
                    {"owner", to_text(to_json(ada))},
                    {"settings", {{"note", "unsent"}}}};
    std::ofstream{folder / "settings.db-seen"} << seen;

    EXPECT_THAT(recover(file).value_or(""), HasSubstr("1 setting was brought back"));

    EXPECT_EQ(engine(), paused);
    EXPECT_EQ(owner(), ada);
}

TEST_F(ForgottenTest, TheMirrorOfAStoreThatWasAnothersIsNoneOfTheOwnersWhoWasSeenLast) {
    live_paused();
    Owner const grace{ada.origin, {{"sub", "grace"}}};
    Json const seen{
        {"revision", 2}, {"owner", to_text(to_json(grace))}, {"settings", {{"theme", "light"}}}};
    std::ofstream{folder / "settings.db-seen"} << seen;

    static_cast<void>(recover(file));

    EXPECT_EQ(owner(), grace);
    EXPECT_EQ(number("SELECT count(*) FROM setting WHERE mirror IS NOT NULL"), 0);
}

TEST_F(ForgottenTest, WhatIsBroughtBackUndoesNothingThatIsNewerAtTheServer) {
    live_paused();
    Json const seen{{"revision", 2}, {"settings", {{"theme", "light"}, {"note", "unsent"}}}};
    std::ofstream{folder / "settings.db-seen"} << seen;
    EXPECT_THAT(recover(file).value_or(""), HasSubstr("1 setting was brought back"));

    auto connection = open_for_writing(file);
    Ledger ledger{connection, [] { return 0; }};
    static_cast<void>(
        ledger.meetings().reconcile({.remote = Json{{"theme", "blue"}}, .owner = ada}, Time{2}));

    EXPECT_EQ(number(R"(SELECT count(*) FROM setting WHERE local = '"blue"')"), 1);
    EXPECT_EQ(number(R"(SELECT count(*) FROM conflict WHERE ours = '"light"')"), 1);
}

/// The numbers of another store's revisions say nothing about what is newer.
TEST_F(ForgottenTest, WhatWasSeenOfThisStoreIsNewerThanAnyOther) {
    live_paused();
    Json const seen{{"revision", 1},
                    {"store", store_text(StoreId{7})},
                    {"engine", ""},
                    {"settings", {{"theme", "light"}}}};
    std::ofstream{folder / "settings.db-seen"} << seen;

    static_cast<void>(recover(file));

    EXPECT_EQ(engine(), "");
    EXPECT_EQ(number(R"(SELECT count(*) FROM setting WHERE local = '"light"')"), 1);
    EXPECT_EQ(number("SELECT count(*) FROM setting WHERE local IS NOT NULL"), 1);
}

TEST_F(ForgottenTest, AnotherDaemonsWordIsNewerThanWhatWasSeenLast) {
    live_paused();
    std::ofstream{folder / "settings.db-seen"}
        << R"({"revision":0,"engine":"older","owner":"null","settings":{}})";

    static_cast<void>(recover(file));

    EXPECT_EQ(engine(), paused);
    EXPECT_EQ(owner(), ada);
}

}  // namespace
}  // namespace settings::store
