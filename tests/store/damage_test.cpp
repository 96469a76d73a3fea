// Whatever part of a store is damaged: what can be read is kept, and the loss of the rest is told.

#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <linux/fs.h>
#include <sqlite3.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <random>

#include "os/descriptor.h"
#include "store/damage.h"
#include "store/files.h"
#include "store/high_water.h"
#include "store/identity.h"
#include "store/ledger.h"
#include "store/notices.h"
#include "store/raw_pages.h"
#include "store/recovery.h"
#include "store/schema.h"
#include "store/unwritable.h"
#include "tests/support/small_disk.h"
#include "tests/support/store_of_version_5.h"
#include "tests/support/temporary_folder.h"

namespace settings::store {
namespace {

using testing::AllOf;
using testing::AnyOf;
using testing::Contains;
using testing::EndsWith;
using testing::HasSubstr;
using testing::SizeIs;

constexpr std::size_t page_size = 4'096;
constexpr int keys = 400;

class DamageTest : public testing::Test {
  protected:
    /// Edits, a refusal, a conflict, marks of what was sent, and what the sync remembers.
    void fill() {
        auto connection = open_for_writing(file);
        Ledger ledger{connection, [] { return 0; }};
        connection.execute("BEGIN");
        for (int n = 0; n < keys; ++n)
            edit(ledger, "key" + std::to_string(n), std::string(200, 'v'));
        edit(ledger, "large", std::string(30'000, 'l'));
        auto const batch = ledger.mirror().freeze({5, 0}, 1'000, Time{1}).batch;
        static_cast<void>(ledger.mirror().reject({batch.front()}, {400, "no"}, Time::max()));
        static_cast<void>(ledger.mirror().freeze({5, 0}, 1'000, Time{1}));
        connection.execute(
            "INSERT INTO conflict (at, path, base, ours, theirs, kept) VALUES (1, '[\"key7\"]', "
            "NULL, '1', '2', 'ours')");
        ledger.memory().remember("paused");
        connection.execute("COMMIT");
        HighWater{file}.note(ledger.head());
    }

    static void edit(Ledger& ledger, std::string const& key, Json value) {
        ASSERT_TRUE(ledger.apply(Patch{{{key, std::move(value)}}}, "test"));
    }

    void overwrite(std::uint32_t page, char with = '\x5a') {
        std::fstream stream{file, std::ios::in | std::ios::out | std::ios::binary};
        stream.seekp(static_cast<std::streamoff>((page - 1) * page_size));
        stream << std::string(page_size, with);
    }

    /// Has the last child of a page be its first one, too. See sqlite.org/fileformat2.html, 1.6.
    void lead_astray(std::uint32_t page) {
        constexpr std::streamoff last_child = 8, first_cell = 12;
        auto const begin = static_cast<std::streamoff>((page - 1) * page_size);
        std::fstream stream{file, std::ios::in | std::ios::out | std::ios::binary};
        std::string cell(2, '\0'), child(4, '\0');
        stream.seekg(begin + first_cell).read(cell.data(), 2);
        auto const at = static_cast<std::streamoff>(big_endian(cell, 0, 2));
        stream.seekg(begin + at).read(child.data(), 4);
        stream.seekp(begin + last_child) << child;
    }

    /// The same store, as version 5 would have it.
    void become_older() {
        Connection connection{file, Connection::Mode::read_write};
        take_back_to_version_5(connection);
    }

    std::uint32_t root_of(std::string const& name) {
        return static_cast<std::uint32_t>(
            number("SELECT rootpage FROM sqlite_schema WHERE name = '" + name + "'"));
    }

    std::int64_t number(std::string const& sql) {
        auto connection = open_for_reading(file);
        return Statement{connection, sql}.query().one().integer(0);
    }

    /// All rows but the history's, as one text.
    std::string rows() {
        auto connection = open_for_reading(file);
        std::string text;
        for (std::string const sql :
             {"SELECT key || quote(local) || quote(mirror) || revision FROM setting ORDER BY key",
              "SELECT key || quote(before) || quote(value) || at || state FROM sent ORDER BY id",
              "SELECT key || status || message || at || retry_at FROM rejected",
              "SELECT id || path || quote(base) || ours || theirs || kept FROM conflict",
              // All but what another run, or another store, changes anyway.
              "SELECT name || value FROM memory WHERE name NOT IN ('id', 'run', 'notice') "
              "AND value <> 'null'"}) {
            Statement all{connection, sql};
            for (auto found = all.query(); found.next(); text += '\n') text += found.text(0);
        }
        return text;
    }

    /// Whether a page has values, and is none of the history's, which have paths as well.
    static bool is_leaf_of_settings(std::string const& page) {
        bool const is_leaf = page[0] == '\x0d' || page[0] == '\x0a';
        return is_leaf && page.find("\"vvvv") != page.npos && page.find("\"path\"") == page.npos;
    }

    std::vector<std::string> set_aside() {
        std::vector<std::string> names;
        for (auto const& entry : std::filesystem::directory_iterator{folder.path()})
            if (entry.path().filename().string().starts_with("settings.db.damaged-"))
                names.push_back(entry.path().string());
        return names;
    }

    /// The store takes an edit, under a revision that was never given before, and is sound.
    void expect_work() {
        auto connection = open_for_writing(file);
        Statement check{connection, "PRAGMA integrity_check"};
        EXPECT_EQ(check.query().one().text(0), "ok");
        Ledger ledger{connection, [] { return 0; }};
        edit(ledger, "after", 1);
        EXPECT_GT(ledger.head(), keys + 1);
    }

    TemporaryFolder folder;
    std::filesystem::path file = folder / "settings.db";
};

TEST_F(DamageTest, OfAnyOneTreesFirstPageLosesNoMoreThanStandsOnIt) {
    fill();
    auto const before = rows();
    auto const copy = folder / "copy";
    std::filesystem::copy_file(file, copy);
    // The pages below are found without the first one.
    for (std::string const tree :
         {"setting", "sqlite_autoindex_setting_1", "setting_dirty", "journal"}) {
        overwrite(root_of(tree));

        auto const told = recover(file).value_or("");
        // The end of the history can be read without its root when it was not looked at.
        if (tree != "journal" || !told.empty()) {
            EXPECT_THAT(told, HasSubstr("was damaged")) << tree;
            EXPECT_THAT(told, HasSubstr("401 settings")) << tree;
        }
        EXPECT_TRUE(rows() == before) << tree;
        EXPECT_GE(number("SELECT count(*) FROM journal"), keys + 1) << tree;
        expect_work();
        EXPECT_EQ(recover(file), std::nullopt) << tree;
        std::filesystem::copy_file(copy, file, std::filesystem::copy_options::overwrite_existing);
        std::filesystem::remove(folder / "settings.db-revision");
    }
}

TEST_F(DamageTest, OfASmallTableLosesThatTableAlone) {
    fill();
    for (std::string const table : {"rejected", "memory", "conflict", "sent"}) {
        SCOPED_TRACE(table);
        auto const settings = number("SELECT sum(revision) FROM setting");
        overwrite(root_of(table));

        auto const told = recover(file).value_or("");

        EXPECT_THAT(told, HasSubstr("was damaged"));
        EXPECT_THAT(told, HasSubstr("Lost: what stood on 1 page"));
        EXPECT_EQ(number("SELECT sum(revision) FROM setting"), settings);
        auto const which = table == "memory" ? " WHERE value = 'paused'" : "";
        EXPECT_EQ(number("SELECT count(*) FROM " + table + which), 0);
    }
    EXPECT_THAT(set_aside(), SizeIs(4));
    expect_work();
}

TEST_F(DamageTest, ForgetsNothingThatCanBeRead) {
    fill();
    auto const before = rows();
    overwrite(root_of("setting_dirty"));

    EXPECT_TRUE(recover(file));

    EXPECT_TRUE(rows() == before);
    EXPECT_EQ(number("SELECT count(*) FROM journal WHERE origin = 'app'"), keys + 1);
}

TEST_F(DamageTest, OfTwoPagesWithSoundOnesBetweenKeepsWhatIsBetween) {
    fill();
    std::vector<std::uint32_t> leaves;
    {
        auto connection = open_for_reading(file);
        Statement all{connection, "SELECT count(*) FROM setting"};
        ASSERT_EQ(all.query().one().integer(0), keys + 1);
    }
    std::ifstream stream{file, std::ios::binary};
    std::string page(page_size, '\0');
    for (std::uint32_t number = 1; stream.read(page.data(), page_size); ++number)
        if (is_leaf_of_settings(page)) leaves.push_back(number);
    ASSERT_GT(leaves.size(), 10U);
    overwrite(leaves[2]);
    overwrite(leaves[leaves.size() - 3]);

    EXPECT_THAT(recover(file).value_or(""), HasSubstr("Lost: what stood on 2 pages"));

    EXPECT_GT(number("SELECT count(*) FROM setting"), keys - 45);
    expect_work();
}

TEST_F(DamageTest, OfAWayThatLeadsToTheWrongPageLosesNothing) {
    fill();
    auto const before = rows();
    for (bool const is_old : {false, true}) {
        if (is_old) become_older();
        lead_astray(root_of("setting"));

        EXPECT_THAT(recover(file).value_or(""), AllOf(HasSubstr("401 settings were read"),
                                                      HasSubstr("All that is in it was read")));

        EXPECT_TRUE(rows() == before);
        EXPECT_EQ(recover(file), std::nullopt);
    }
    expect_work();
}

TEST_F(DamageTest, OfAnOlderStoreIsHealedAndNotCopied) {
    fill();
    auto const before = rows();
    become_older();
    auto const copy = folder / "copy";
    std::filesystem::copy_file(file, copy);
    for (std::string const tree : {"setting", "setting_dirty"}) {
        SCOPED_TRACE(tree);
        overwrite(root_of(tree));

        // In a tree WITHOUT ROWID the first page has a row of its own.
        EXPECT_THAT(recover(file).value_or(""),
                    HasSubstr(tree == "setting" ? "400 settings" : "401 settings"));

        EXPECT_TRUE(tree == "setting" || rows() == before);
        expect_work();
        EXPECT_EQ(recover(file), std::nullopt);
        std::filesystem::copy_file(copy, file, std::filesystem::copy_options::overwrite_existing);
        std::filesystem::remove(folder / "settings.db-revision");
    }
}

TEST_F(DamageTest, OfAnUpgradedStoresHeadBringsNoFormerValueBack) {
    fill();
    become_older();
    EXPECT_EQ(recover(file), std::nullopt);
    {
        auto connection = open_for_writing(file);
        Ledger ledger{connection, [] { return 0; }};
        edit(ledger, "key0", 1);
    }
    auto const before = rows();
    overwrite(1);

    EXPECT_THAT(recover(file).value_or(""), HasSubstr("401 settings were read"));

    EXPECT_TRUE(rows() == before);
}

TEST_F(DamageTest, NeverTakesARevisionBackWhateverIsLost) {
    fill();
    std::ofstream{file} << std::string(20'000, 'x');

    EXPECT_THAT(recover(file).value_or(""), HasSubstr("0 settings were read"));

    EXPECT_EQ(number("SELECT max(revision) FROM journal"), keys + 3);
    expect_work();
}

TEST_F(DamageTest, TwiceInARowNeverTakesARevisionBackEither) {
    fill();
    std::filesystem::resize_file(file, 100);
    EXPECT_TRUE(recover(file));
    std::ofstream{file} << "not a database";
    EXPECT_TRUE(recover(file));

    EXPECT_GE(number("SELECT max(revision) FROM journal"), keys + 3);
    EXPECT_THAT(set_aside(), SizeIs(2));
}

TEST_F(DamageTest, ASalvageThatWasInterruptedIsBegunAnew) {
    fill();
    auto const before = rows();
    overwrite(root_of("setting_dirty"));
    std::ofstream{folder / "settings.db-salvage"} << "half of it";

    EXPECT_THAT(recover(file).value_or(""), HasSubstr("401 settings were read"));

    EXPECT_TRUE(rows() == before);
    EXPECT_FALSE(std::filesystem::exists(folder / "settings.db-salvage"));
}

TEST_F(DamageTest, ASalvageThatWasWholeTakesThePlaceAtTheNextStart) {
    fill();
    auto const before = rows();
    std::filesystem::copy_file(file, folder / "settings.db-salvaged");
    // As killed between the two renames, and before them.
    for (bool const is_there : {false, true}) {
        if (!is_there)
            std::filesystem::remove(file);
        else
            overwrite(1);
        EXPECT_THAT(recover(file).value_or(""), HasSubstr("brought to its end"));
        EXPECT_TRUE(rows() == before);
        std::filesystem::copy_file(file, folder / "settings.db-salvaged");
    }
    EXPECT_THAT(set_aside(),
                Contains(testing::Not(testing::AnyOf(EndsWith("-wal"), EndsWith("-shm")))));
}

TEST_F(DamageTest, ThatARunHasSeenIsSalvagedWhereverItIs) {
    fill();
    auto const before = rows();
    suspect(file, "a page of the history");

    EXPECT_THAT(recover(file).value_or(""), HasSubstr("damaged (a page of the history)"));

    EXPECT_TRUE(rows() == before);
    EXPECT_EQ(recover(file), std::nullopt);
}

TEST_F(DamageTest, WithoutRoomForASalvageChangesNothing) {
    std::optional<SmallDisk> disk;
    try {
        disk.emplace(folder / "disk");
    } catch (std::system_error const& error) {
        GTEST_SKIP() << error.what();
    }
    file = folder / "disk/settings.db";
    fill();
    auto const before = rows();
    overwrite(root_of("setting_dirty"));
    disk->fill();
    // Enough for SQLite to look at it.
    std::filesystem::resize_file(folder / "disk/filler", 3'500'000);

    auto const complaint = [this]() -> std::string {
        try {
            return recover(file).value_or("");
        } catch (UnusableStore const& error) {
            return error.what();
        }
    }();

    EXPECT_THAT(complaint, HasSubstr("MiB are needed in"));
    EXPECT_THAT(complaint, HasSubstr("Nothing was changed"));
    EXPECT_FALSE(std::filesystem::exists(folder / "disk/settings.db-salvage"));
    std::filesystem::remove(folder / "disk/filler");
    EXPECT_THAT(recover(file).value_or(""), HasSubstr("401 settings were read"));
    EXPECT_TRUE(rows() == before);
}

/// A start that has to migrate needs more room than others.
TEST_F(DamageTest, AnOlderStoreWithoutRoomForItsMigrationCanBeRead) {
    constexpr std::uintmax_t room_for_others = 1'150'000;
    std::optional<SmallDisk> disk;
    try {
        disk.emplace(folder / "disk");
    } catch (std::system_error const& error) {
        GTEST_SKIP() << error.what();
    }
    fill();
    {
        auto connection = open_for_writing(file);
        Ledger ledger{connection, [] { return 0; }};
        edit(ledger, "larger", std::string(700'000, 'l'));
    }
    auto const before = rows();
    become_older();
    std::filesystem::copy_file(file, folder / "disk/settings.db");
    file = folder / "disk/settings.db";
    disk->fill();
    auto const filler = folder / "disk/filler";
    std::filesystem::resize_file(filler, std::filesystem::file_size(filler) - room_for_others);

    EXPECT_THROW(static_cast<void>(recover(file)), SqliteError);

    auto const why = why_unwritable(file).value_or("");
    EXPECT_THAT(why, HasSubstr("is full"));
    auto copy = copy_in_memory(file, why);
    EXPECT_EQ(Statement(copy, "SELECT count(*) FROM setting").query().one().integer(0), keys + 2);
    file = folder / "settings.db";
    EXPECT_EQ(why_unwritable(file), std::nullopt);
    EXPECT_EQ(recover(file), std::nullopt);
    EXPECT_TRUE(rows() == before);
}

/// What apps saw, or a salvage had read, would be missing from what is served.
TEST_F(DamageTest, IsNotHiddenWhereTheDiskCannotTakeWhatIsMissing) {
    fill();
    auto const refusal = [&]() -> std::string {
        try {
            static_cast<void>(copy_in_memory(file, "the disk is full"));
        } catch (std::runtime_error const& error) {
            return error.what();
        }
        return {};
    };
    EXPECT_EQ(refusal(), "");
    for (auto const* part : {"settings.db-salvaged", "settings.db-seen"}) {
        std::ofstream{folder / part} << "{}";
        EXPECT_THAT(refusal(), AllOf(HasSubstr(part), HasSubstr("the disk is full")));
        std::filesystem::remove(folder / part);
    }
    HighWater::renew(file, number("SELECT max(revision) FROM journal") + 1, any_store);
    EXPECT_THAT(refusal(), HasSubstr("was acknowledged"));
}

/// SQLite calls none of these damage: a newer version, a file that may only be read, a newer
/// format.
TEST_F(DamageTest, OfANumberInTheHeadIsHealedToo) {
    fill();
    auto const copy = folder / "copy";
    std::filesystem::copy_file(file, copy);
    for (int const place : {18, 19, 44, 47}) {
        SCOPED_TRACE(place);
        std::fstream{file, std::ios::in | std::ios::out | std::ios::binary}.seekp(place) << '\x5a';

        EXPECT_THAT(recover(file).value_or(""), HasSubstr("401 settings were read"));

        expect_work();
        EXPECT_EQ(recover(file), std::nullopt);
        std::filesystem::remove(folder / "settings.db-revision");
        std::filesystem::copy_file(copy, file, std::filesystem::copy_options::overwrite_existing);
    }
}

TEST_F(DamageTest, OfTheVersionOrTheProgramInTheHeadIsHealedToo) {
    fill();
    auto const sound = rows();
    auto const version = number("PRAGMA user_version");
    for (std::int64_t const wrong : {std::int64_t{0}, version - 1, std::int64_t{-1}}) {
        Connection{file, Connection::Mode::read_write}.execute(
            ("PRAGMA user_version=" + std::to_string(wrong)).c_str());

        EXPECT_THAT(recover(file).value_or(""), HasSubstr("user_version")) << wrong;
        EXPECT_EQ(rows(), sound) << wrong;
    }
    Connection{file, Connection::Mode::read_write}.execute("PRAGMA application_id=7");
    EXPECT_THAT(recover(file).value_or(""), HasSubstr("application_id"));
    EXPECT_EQ(rows(), sound);
    expect_work();
}

TEST_F(DamageTest, OfAnyTextIsFoundBeforeItIsServed) {
    for (std::string const damage :
         {"UPDATE setting SET key = CAST(x'ff6b6579' AS TEXT) WHERE key = 'key1'",
          "UPDATE conflict SET path = '\"a\"'", "UPDATE conflict SET path = '[]'",
          "UPDATE conflict SET ours = 'x'", "UPDATE sent SET value = '{'",
          "UPDATE rejected SET message = CAST(x'fe' AS TEXT)",
          "UPDATE setting SET revision = -3 WHERE key = 'key2'",
          "INSERT INTO journal (revision, at, origin, app, changes) VALUES (9223372036854775807, "
          "0, "
          "'app', '', '[]')"}) {
        SCOPED_TRACE(damage);
        std::filesystem::remove_all(folder.path());
        std::filesystem::create_directory(folder.path());
        fill();
        open_for_writing(file).execute(damage.c_str());

        EXPECT_TRUE(recover(file));

        EXPECT_GE(number("SELECT count(*) FROM setting"), keys);
        EXPECT_LT(number("SELECT max(revision) FROM journal"), 1'000);
        EXPECT_EQ(recover(file), std::nullopt);
        expect_work();
    }
}

TEST_F(DamageTest, OfWhatStandsBesideTheStoreTouchesNoSetting) {
    auto const beside = [&](char const* ending) { return std::filesystem::path{file} += ending; };
    std::string const garbage("\xff\xfe\0garbage", 10);
    for (auto const* ending : {"-salvaged", "-salvage", "-suspect", "-revision-new", "-seen"}) {
        for (std::string const what : {"empty", "garbage", "folder", "link"}) {
            SCOPED_TRACE(ending + (" " + what));
            std::filesystem::remove_all(folder.path());
            std::filesystem::create_directory(folder.path());
            fill();
            auto const sound = rows();
            if (what == "empty") std::ofstream{beside(ending)};
            if (what == "garbage") std::ofstream{beside(ending)} << garbage;
            if (what == "folder") std::filesystem::create_directories(beside(ending) / "inner");
            if (what == "link") std::filesystem::create_symlink("/nonexistent", beside(ending));

            static_cast<void>(recover(file));

            EXPECT_EQ(rows(), sound);
            expect_work();
        }
    }
}

TEST_F(DamageTest, OfTheSchemaIsHealedToo) {
    fill();
    auto const copy = folder / "copy";
    std::filesystem::copy_file(file, copy);
    for (std::string const by :
         {"DROP TABLE journal", "DROP TABLE rejected", "DROP TABLE sent", "DROP TABLE memory",
          "DROP TABLE conflict", "DROP TABLE unreadable", "DROP INDEX setting_dirty",
          "ALTER TABLE setting RENAME COLUMN local TO lokal",
          "ALTER TABLE journal RENAME COLUMN app TO program"}) {
        SCOPED_TRACE(by);
        Connection{file, Connection::Mode::read_write}.execute(by.c_str());

        EXPECT_THAT(recover(file).value_or(""), HasSubstr("401 settings were read"));

        expect_work();
        EXPECT_EQ(recover(file), std::nullopt);
        std::filesystem::remove(folder / "settings.db-revision");
        std::filesystem::copy_file(copy, file, std::filesystem::copy_options::overwrite_existing);
    }
}

TEST_F(DamageTest, ColumnsAreToldByTheirNamesAndTablesByTheirColumns) {
    fill();
    auto const sound = rows();
    auto const copy = folder / "copy";
    std::filesystem::copy_file(file, copy);
    std::string const settings_into =
        " SELECT key, local, mirror, revision FROM setting; DROP "
        "TABLE setting; ALTER TABLE other RENAME TO setting";
    for (std::string const& by :
         {std::string{"ALTER TABLE setting ADD COLUMN c TEXT; UPDATE setting SET c = 'y'"},
          std::string{"ALTER TABLE setting ADD COLUMN c BLOB; UPDATE setting SET c = x'00ff'"},
          std::string{"ALTER TABLE journal ADD COLUMN c REAL; UPDATE journal SET c = 0.5"},
          "CREATE TABLE other (revision INTEGER, key TEXT, local TEXT, mirror TEXT); INSERT INTO "
          "other (key, local, mirror, revision)" +
              settings_into,
          "CREATE TABLE other (mirror TEXT, g INTEGER AS (revision + 1), local TEXT, revision "
          "INTEGER, key TEXT PRIMARY KEY) WITHOUT ROWID; INSERT INTO other (key, local, mirror, "
          "revision)" +
              settings_into,
          std::string{"ALTER TABLE setting RENAME TO other"},
          std::string{"ALTER TABLE memory RENAME TO other"},
          std::string{"CREATE TABLE other (changes TEXT, app TEXT, position INTEGER, origin TEXT, "
                      "at INTEGER, revision INTEGER); INSERT INTO other SELECT changes, app, "
                      "position, origin, at, revision FROM journal; DROP TABLE journal"}}) {
        SCOPED_TRACE(by);
        Connection{file, Connection::Mode::read_write}.execute(by.c_str());

        EXPECT_THAT(recover(file).value_or(""), AllOf(HasSubstr("401 settings were read"),
                                                      HasSubstr("All that is in it was read")));

        EXPECT_EQ(rows(), sound);
        EXPECT_EQ(number("SELECT count(*) FROM journal WHERE origin = 'app'"), keys + 1);
        EXPECT_EQ(recover(file), std::nullopt);
        std::filesystem::remove(folder / "settings.db-revision");
        std::filesystem::copy_file(copy, file, std::filesystem::copy_options::overwrite_existing);
    }
}

TEST_F(DamageTest, AColumnThatIsGoneCostsThatColumnAlone) {
    fill();
    Connection{file, Connection::Mode::read_write}.execute(
        "DROP INDEX setting_dirty; ALTER TABLE setting DROP COLUMN mirror");

    EXPECT_THAT(recover(file).value_or(""), HasSubstr("401 settings were read"));

    EXPECT_EQ(number("SELECT count(*) FROM setting WHERE local IS NOT NULL"), keys + 1);
}

TEST_F(DamageTest, WhatIsNotThereAnyMoreIsSaid) {
    fill();
    Connection{file, Connection::Mode::read_write}.execute("DROP TABLE journal");

    EXPECT_THAT(recover(file).value_or(""),
                AllOf(HasSubstr("Nothing is left in it of: journal."),
                      testing::Not(HasSubstr("All that is in it was read"))));
}

TEST_F(DamageTest, WhatSomebodyElseMadeInItIsLeftBehindWhereItWouldAct) {
    fill();
    auto const sound = rows();
    Connection{file, Connection::Mode::read_write}.execute(
        "CREATE TABLE notes (text TEXT); CREATE TRIGGER spoil AFTER INSERT ON journal BEGIN DELETE "
        "FROM setting; END");

    EXPECT_THAT(recover(file).value_or(""), HasSubstr("somebody made the trigger spoil in it"));

    EXPECT_EQ(rows(), sound);
    expect_work();
}

/// The free pages are listed from the head, and looked for where there is something to be written.
TEST_F(DamageTest, ThatOnlyAWriteMeetsIsHealedAtTheStart) {
    fill();
    auto seen = Json::object();
    {
        auto connection = open_for_reading(file);
        Statement all{connection, "SELECT key, local FROM setting"};
        for (auto found = all.query(); found.next();)
            seen[std::string{found.text(0)}] = Json::parse(found.text(1));
    }
    seen["brought back"] = std::string(30'000, 'b');
    std::ofstream{folder / "settings.db-seen"} << Json{{"revision", 1'000}, {"settings", seen}};
    std::fstream{file, std::ios::in | std::ios::out | std::ios::binary}.seekp(32)
        << std::string("\0\0\0\5\0\0\0\xff", 8);

    EXPECT_THAT(recover(file).value_or(""),
                AllOf(HasSubstr("401 settings were read"), HasSubstr("1 setting was brought")));

    EXPECT_EQ(number("SELECT count(*) FROM setting"), keys + 2);
    expect_work();
}

/// SQLite would make the files beside it as closed as the database.
TEST_F(DamageTest, AStoreThatIsClosedIsLeftAsItIsUntilAllOfItIsOpen) {
    if (geteuid() != 0) GTEST_SKIP() << "only root may become another user";
    constexpr uid_t owner = 12'345;
    auto const log = folder / "settings.db-wal";
    fill();
    std::ofstream{log};
    std::vector<std::filesystem::path> parts{folder.path()};
    for (auto const& part : std::filesystem::directory_iterator{folder.path()})
        parts.push_back(part.path());
    for (auto const& part : parts) ASSERT_EQ(chown(part.c_str(), owner, owner), 0);
    ASSERT_EQ(chmod(file.c_str(), 0400) + chmod(log.c_str(), 0400), 0);

    ASSERT_EQ(seteuid(owner), 0);
    EXPECT_THROW(static_cast<void>(recover(file)), std::runtime_error);
    auto const both = why_unwritable(file);
    chmod(file.c_str(), 0600);
    auto const one = why_unwritable(file);
    chmod(log.c_str(), 0600);
    EXPECT_EQ(why_unwritable(file), std::nullopt);
    EXPECT_EQ(recover(file), std::nullopt);
    ASSERT_EQ(seteuid(0), 0);

    EXPECT_THAT(both.value_or(""), EndsWith("chmod 600 " + file.string() + ' ' + log.string()));
    EXPECT_THAT(one.value_or(""), EndsWith("chmod 600 " + log.string()));
    expect_work();
}

/// chattr(1), as the file system of the test has it; false where it does not, or for lack of right.
bool mark(std::filesystem::path const& path, int flags) {
    os::Descriptor const opened{open(path.c_str(), O_RDONLY | O_CLOEXEC)};
    int all = 0;  // the file system's own stay as they are, or it refuses
    if (ioctl(opened.number(), FS_IOC_GETFLAGS, &all) != 0) return false;
    all = (all & ~(FS_IMMUTABLE_FL | FS_APPEND_FL)) | flags;
    return ioctl(opened.number(), FS_IOC_SETFLAGS, &all) == 0;
}

TEST_F(DamageTest, AStoreThatChattrHasClosedIsNotToldToBeOpenedByChmod) {
    fill();
    struct Case {
        std::filesystem::path path;
        int flags;
        std::string advice;
    };
    for (auto const& [path, flags, advice] :
         {Case{file, FS_IMMUTABLE_FL, "as root: chattr -i " + file.string()},
          Case{file, FS_APPEND_FL, "as root: chattr -a " + file.string()},
          Case{folder.path(), FS_IMMUTABLE_FL,
               "as root: chattr -i -a " + folder.path().string()}}) {
        if (!mark(path, flags)) GTEST_SKIP() << "chattr is not for us: " << std::strerror(errno);
        auto const why = why_unwritable(file).value_or("");
        ASSERT_TRUE(mark(path, 0));

        EXPECT_THAT(why, EndsWith(advice));
    }
    EXPECT_EQ(why_unwritable(file), std::nullopt);
}

TEST_F(DamageTest, AStoreOfAnotherUserIsNotToldToBeOpenedByChmod) {
    if (geteuid() != 0) GTEST_SKIP() << "only root may become another user";
    fill();
    ASSERT_EQ(chmod(file.c_str(), 0600) + chmod(folder.path().c_str(), 0777), 0);

    ASSERT_EQ(seteuid(12'345), 0);
    auto const why = why_unwritable(file);
    ASSERT_EQ(seteuid(0), 0);

    EXPECT_THAT(why.value_or(""), EndsWith("sudo chown -R 12345: " + file.string()));
}

TEST_F(DamageTest, OfAValueCostsThatValueAlone) {
    for (std::string const column : {"local", "mirror"}) {
        fill();
        {
            auto connection = open_for_writing(file);
            connection.execute(
                ("UPDATE setting SET " + column + " = '{bad' WHERE key = 'key3'").c_str());
            // It has the value, too.
            connection.execute("DELETE FROM journal WHERE changes LIKE '%\"key3\"%'");
        }

        auto const told = recover(file).value_or("");

        EXPECT_THAT(told, AllOf(HasSubstr("at \"key3\""), HasSubstr("and in 1 row")));
        EXPECT_EQ(number("SELECT count(*) FROM setting"), keys);
        expect_work();
        for (auto const& entry : std::filesystem::directory_iterator{folder.path()})
            std::filesystem::remove(entry.path());
    }
}

TEST_F(DamageTest, WhatIsNoPlainFileIsSetAside) {
    fill();
    auto const put_in_place = [this](std::string const& part, std::string const& kind) {
        auto const name = file.string() + part;
        if (kind == "folder") std::filesystem::create_directory(name);
        if (kind == "link") std::filesystem::create_symlink(folder / "elsewhere", name);
        if (kind == "pipe") static_cast<void>(mkfifo(name.c_str(), 0600));
    };
    for (std::string const kind : {"folder", "link", "pipe"})
        for (std::string const part :
             {"-wal", "-shm", "-journal", "-revision", "-revision-new", "-seen", "-suspect",
              "-salvage", "-salvage-wal", "-salvaged", "-log-found"}) {
            SCOPED_TRACE(part + " is a " + kind);
            auto const before = rows();
            std::filesystem::remove(file.string() + part);
            put_in_place(part, kind);

            EXPECT_THAT(recover(file).value_or(""), HasSubstr("was no plain file"));

            // Without the file beside it, the store counts as one that was put back.
            EXPECT_TRUE(part == "-revision" || rows() == before);
            EXPECT_EQ(recover(file), std::nullopt);
        }
    std::filesystem::rename(file, folder / "elsewhere");
    put_in_place("", "link");
    EXPECT_THAT(recover(file).value_or(""), HasSubstr("was no plain file"));
    EXPECT_EQ(number("SELECT count(*) FROM setting"), 0);
    EXPECT_TRUE(std::filesystem::exists(folder / "elsewhere"));
}

/// A store whose process ended without closing it: all stands in the log.
class OrphanTest : public DamageTest {
  protected:
    void fill_log(int edits) {
        auto const origin = folder / "origin";
        std::filesystem::create_directory(origin);
        auto const other = origin / "settings.db";
        auto connection = open_for_writing(other);
        Ledger ledger{connection, [] { return 0; }};
        for (int n = 0; n < edits; ++n) edit(ledger, "key" + std::to_string(n), n);
        std::filesystem::copy_file(other, file);
        std::filesystem::copy_file(origin / "settings.db-wal", folder / "settings.db-wal");
    }
};

TEST_F(OrphanTest, ALogWithoutItsDatabaseIsSalvaged) {
    fill_log(50);
    std::filesystem::remove(file);

    EXPECT_THAT(recover(file).value_or(""), HasSubstr("50 settings were read"));

    EXPECT_EQ(number("SELECT count(*) FROM setting"), 50);
    ASSERT_THAT(set_aside(), SizeIs(1));
    EXPECT_THAT(set_aside()[0], EndsWith("-wal"));
}

TEST_F(OrphanTest, ALogBesideAnEmptyFileIsSalvagedToo) {
    fill_log(50);
    std::filesystem::resize_file(file, 0);

    EXPECT_THAT(recover(file).value_or(""), HasSubstr("50 settings were read"));

    EXPECT_EQ(number("SELECT max(revision) FROM journal"), 52);
}

TEST_F(OrphanTest, AStoreThatWasRemovedIsNoNewOne) {
    fill();
    std::filesystem::remove(file);

    EXPECT_THAT(recover(file).value_or(""), HasSubstr("the store was removed"));

    EXPECT_EQ(number("SELECT max(revision) FROM journal"), keys + 3);
}

// What was put back
// ---------------------------------------------------------------------------------

class PutBackTest : public DamageTest {
  protected:
    /// Edits that the server takes at once, and one that it does not get.
    void edit_and_send(std::vector<Json> const& values, std::optional<Json> const& unsent = {}) {
        auto connection = open_for_writing(file);
        Ledger ledger{connection, [] { return 0; }};
        for (auto const& value : values) {
            edit(ledger, "theme", value);
            auto const batch =
                ledger.mirror().freeze({5, 0}, 1'000, clock += Time{3'600'000}).batch;
            static_cast<void>(ledger.mirror().settle(batch, clock));
        }
        if (unsent) edit(ledger, "theme", *unsent);
        HighWater{file}.note(ledger.head());
    }

    void keep_copy() { std::filesystem::copy_file(file, folder / "copy"); }
    void put_copy_back() {
        std::filesystem::copy_file(folder / "copy", file,
                                   std::filesystem::copy_options::overwrite_existing);
    }

    Json after_a_look(Json const& remote) {
        auto connection = open_for_writing(file);
        Ledger ledger{connection, [] { return 0; }};
        static_cast<void>(ledger.mirror().reconcile({.remote = remote}, clock));
        Statement theme{connection, "SELECT local FROM setting WHERE key = 'theme'"};
        return Json::parse(std::string{theme.query().one().text(0)});
    }

    Time clock{0};
};

TEST_F(PutBackTest, GoesOnAfterTheRevisionsThatWereGiven) {
    edit_and_send({1, 2, 3});
    keep_copy();
    edit_and_send({4, 5});
    put_copy_back();

    EXPECT_THAT(recover(file).value_or(""), HasSubstr("an older store was put back"));

    EXPECT_EQ(number("SELECT max(revision) FROM journal"), 7);
    EXPECT_EQ(number("SELECT count(*) FROM journal WHERE revision IN (4, 5, 6)"), 0);
    EXPECT_EQ(recover(file), std::nullopt);
}

TEST_F(PutBackTest, UndoesNothingThatIsNewerAtTheServer) {
    edit_and_send({1}, 2);
    keep_copy();
    edit_and_send({3, 4});
    put_copy_back();
    EXPECT_TRUE(recover(file));

    EXPECT_EQ(after_a_look({{"theme", 4}}), 4);

    EXPECT_EQ(number("SELECT count(*) FROM conflict WHERE ours = '2' AND kept = 'theirs'"), 1);
    EXPECT_EQ(number("SELECT count(*) FROM pending"), 0);
}

TEST_F(PutBackTest, WinsAgainAfterItsFirstLook) {
    edit_and_send({1}, 2);
    keep_copy();
    edit_and_send({3});
    put_copy_back();
    EXPECT_TRUE(recover(file));
    EXPECT_EQ(after_a_look({{"theme", 3}}), 3);

    edit_and_send({}, 5);

    EXPECT_EQ(after_a_look({{"theme", 6}}), 5);
}

TEST_F(PutBackTest, SendsNothingAgainThatWasSentAndTakenBackSince) {
    edit_and_send({1}, 2);
    keep_copy();
    edit_and_send({2, 1});
    put_copy_back();
    EXPECT_TRUE(recover(file));

    EXPECT_EQ(after_a_look({{"theme", 1}}), 1);

    EXPECT_EQ(number("SELECT count(*) FROM conflict WHERE ours = '2' AND kept = 'theirs'"), 1);
    EXPECT_EQ(number("SELECT count(*) FROM pending"), 0);
}

TEST_F(PutBackTest, LosesNothingThatIsWrittenAfterIt) {
    edit_and_send({1}, 2);
    keep_copy();
    edit_and_send({3, 4});
    put_copy_back();
    EXPECT_TRUE(recover(file));
    edit_and_send({}, 5);

    EXPECT_EQ(after_a_look({{"theme", 4}}), 5);

    EXPECT_EQ(number("SELECT count(*) FROM pending"), 1);
}

/// A store that is started, used, stopped and put back as a daemon and a person would.
class PutBackFolderTest : public PutBackTest {
  protected:
    /// Has the store of an earlier day in `saved`: one edit of it is not sent. Since then it was
    /// sent, and another one after it.
    void live_on_after_a_backup() {
        EXPECT_EQ(recover(file), std::nullopt);
        edit_and_send({1}, 2);
        std::filesystem::create_directory(saved);
        for (auto const* part : parts) std::filesystem::copy_file(folder / part, saved / part);
        EXPECT_EQ(recover(file), std::nullopt);
        edit_and_send({3, 4});
        id = store_number();
    }

    StoreId store_number() {
        auto connection = open_for_reading(file);
        return store_id(connection);
    }

    /// Theirs won, ours can be restored, and numbers are another store's from now on.
    void expect_to_be_noticed() {
        EXPECT_THAT(recover(file).value_or(""), HasSubstr("was put back"));
        EXPECT_NE(store_number(), id);
        EXPECT_EQ(after_a_look({{"theme", 4}}), 4);
        EXPECT_EQ(number("SELECT count(*) FROM conflict WHERE ours = '2' AND kept = 'theirs'"), 1);
        EXPECT_EQ(number("SELECT count(*) FROM pending"), 0);
        EXPECT_EQ(recover(file), std::nullopt);
    }

    static constexpr std::array parts{"settings.db", "settings.db-revision"};
    std::filesystem::path const saved = folder / "saved";
    StoreId id = any_store;
};

TEST_F(PutBackFolderTest, IsNoticedWhereAllOfItWasRemovedBefore) {
    live_on_after_a_backup();
    for (auto const* part : parts) {
        std::filesystem::remove(folder / part);
        std::filesystem::copy_file(saved / part, folder / part);
    }

    expect_to_be_noticed();
}

TEST_F(PutBackFolderTest, IsNoticedWhereItIsCopiedOverWhatIsThere) {
    live_on_after_a_backup();
    for (auto const* part : parts)
        std::filesystem::copy_file(saved / part, folder / part,
                                   std::filesystem::copy_options::overwrite_existing);

    expect_to_be_noticed();
}

TEST_F(PutBackFolderTest, IsNoticedWhereItIsMovedThere) {
    live_on_after_a_backup();
    for (auto const* part : parts) std::filesystem::rename(saved / part, folder / part);

    expect_to_be_noticed();
}

TEST_F(PutBackFolderTest, IsNoticedWhereTheDatabaseAloneComesToAnEmptyFolder) {
    live_on_after_a_backup();
    std::filesystem::remove(folder / parts[1]);
    std::filesystem::copy_file(saved / parts[0], folder / parts[0],
                               std::filesystem::copy_options::overwrite_existing);

    expect_to_be_noticed();
}

TEST_F(PutBackFolderTest, IsNoticedWhereNoRevisionIsMissing) {
    EXPECT_EQ(recover(file), std::nullopt);
    edit_and_send({1}, 2);
    keep_copy();
    EXPECT_EQ(recover(file), std::nullopt);
    edit_and_send({});
    id = store_number();
    put_copy_back();

    expect_to_be_noticed();
}

TEST_F(PutBackFolderTest, IsNotSuspectedAfterAnyNumberOfStarts) {
    EXPECT_EQ(recover(file), std::nullopt);
    id = store_number();
    for (int start = 0; start < 5; ++start) {
        edit_and_send({start});
        EXPECT_EQ(recover(file), std::nullopt);
    }

    EXPECT_EQ(store_number(), id);
}

TEST_F(PutBackFolderTest, IsNotSuspectedWhereThePowerWasCutInAStart) {
    EXPECT_EQ(recover(file), std::nullopt);
    edit_and_send({1});
    auto const former = HighWater::of(file);
    EXPECT_EQ(recover(file), std::nullopt);
    // The database knows of the start, and the file beside it does not yet.
    HighWater::renew(file, former.revision, former.run, former.store_remembers);

    EXPECT_EQ(recover(file), std::nullopt);
}

TEST_F(PutBackFolderTest, StandsAsANoticeUntilItIsDismissed) {
    live_on_after_a_backup();
    for (auto const* part : parts) std::filesystem::rename(saved / part, folder / part);
    auto const told = recover(file);
    EXPECT_EQ(recover(file), std::nullopt);

    auto connection = open_for_writing(file);
    Notices notices{connection};
    EXPECT_EQ(notices.last().value().text, told);
    notices.dismiss();
    EXPECT_FALSE(notices.last());
}

TEST_F(PutBackFolderTest, ASalvagedStoreIsAnotherOneToo) {
    EXPECT_EQ(recover(file), std::nullopt);
    fill();
    id = store_number();
    overwrite(root_of("setting_dirty"));

    auto const told = recover(file).value_or("");

    EXPECT_THAT(told, HasSubstr("was damaged"));
    EXPECT_THAT(told, testing::Not(HasSubstr("put back")));
    EXPECT_NE(store_number(), id);
    EXPECT_EQ(recover(file), std::nullopt);
    auto connection = open_for_reading(file);
    EXPECT_THAT(Notices{connection}.last().value().text, HasSubstr("401 settings were read"));
}

// Logs of others
// --------------------------------------------------------------------------------

class ForeignLogTest : public PutBackFolderTest {
  protected:
    /// As edits of a daemon that is killed: they stand in the log alone, which is kept.
    void edit_and_keep_log(int from, int to, std::string const& at_last = "") {
        auto connection = open_for_writing(file);
        Ledger ledger{connection, [] { return 0; }};
        mark_log(connection, {});
        for (int n = from; n < to; ++n) edit(ledger, "key" + std::to_string(n), n);
        connection.execute(at_last.c_str());
        HighWater{file}.note(ledger.head());
        std::filesystem::copy_file(log_of(file), folder / "kept-log");
    }
    void leave_log() { std::filesystem::rename(folder / "kept-log", log_of(file)); }

    std::string after_a_start() {
        auto told = recover(file).value_or("");
        EXPECT_EQ(recover(file), std::nullopt);
        return told;
    }
};

TEST_F(ForeignLogTest, OfALaterRunIsNotMixedIntoAnOlderStore) {
    EXPECT_EQ(recover(file), std::nullopt);
    edit_and_send({1});
    keep_copy();
    EXPECT_EQ(recover(file), std::nullopt);
    edit_and_keep_log(0, 60);
    put_copy_back();
    leave_log();

    EXPECT_THAT(after_a_start(), AllOf(HasSubstr("the log beside the store is not the store's"),
                                       HasSubstr("was put back")));

    EXPECT_EQ(number("SELECT count(*) FROM setting"), 1);
    ASSERT_THAT(set_aside(), SizeIs(1));
    EXPECT_THAT(set_aside()[0], EndsWith("-wal"));
}

TEST_F(ForeignLogTest, OfAnotherStoreIsNotMixedIn) {
    EXPECT_EQ(recover(file), std::nullopt);
    edit_and_keep_log(0, 60);
    for (auto const* part : parts) std::filesystem::remove(folder / part);
    EXPECT_EQ(recover(file), std::nullopt);
    edit_and_send({1});
    leave_log();

    EXPECT_THAT(after_a_start(), HasSubstr("the log beside the store is not the store's"));

    EXPECT_EQ(number("SELECT count(*) FROM setting"), 1);
}

TEST_F(ForeignLogTest, OfTheRunThatEndedBadlyIsTheStoresOwn) {
    for (int start = 0; start < 3; ++start) {
        EXPECT_EQ(recover(file), std::nullopt);
        auto const before = folder / "before";
        std::filesystem::copy_file(file, before, std::filesystem::copy_options::overwrite_existing);
        edit_and_keep_log(20 * start, 20 * (start + 1));
        std::filesystem::copy_file(before, file, std::filesystem::copy_options::overwrite_existing);
        leave_log();
    }

    EXPECT_EQ(recover(file), std::nullopt);
    EXPECT_EQ(number("SELECT count(*) FROM setting"), 60);
}

TEST_F(ForeignLogTest, OfAnotherProgramIsNotMixedIn) {
    for (std::string const page_size : {"4096", "1024"}) {
        SCOPED_TRACE(page_size);
        std::filesystem::remove_all(folder.path());
        std::filesystem::create_directory(folder.path());
        EXPECT_EQ(recover(file), std::nullopt);
        edit_and_send({1});
        Connection other{folder / "other", Connection::Mode::read_write};
        other.execute(("PRAGMA page_size=" + page_size).c_str());
        other.execute("PRAGMA journal_mode=WAL");
        other.execute("CREATE TABLE photo (name)");
        std::filesystem::copy_file(log_of(folder / "other"), log_of(file));

        EXPECT_THAT(after_a_start(), HasSubstr("the log beside the store is not the store's"));

        EXPECT_EQ(number("SELECT count(*) FROM setting"), 1);
        EXPECT_THAT(set_aside(), SizeIs(1));
    }
}

/// Both are of one run. The database has all that the log had, and more.
TEST_F(ForeignLogTest, ThatIsOlderThanItsDatabaseTakesNothingBack) {
    EXPECT_EQ(recover(file), std::nullopt);
    edit_and_keep_log(0, 60);
    {
        auto connection = open_for_writing(file);
        Ledger ledger{connection, [] { return 0; }};
        auto const whole = mark_in(connection);
        mark_log(connection, whole);
        for (int n = 0; n < 60; ++n) edit(ledger, "key" + std::to_string(n), "newer");
        HighWater{file}.note(ledger.head());
    }
    leave_log();

    EXPECT_THAT(after_a_start(), HasSubstr("the log beside the store is not the store's"));

    EXPECT_EQ(number(R"(SELECT count(*) FROM setting WHERE local = '"newer"')"), 60);
}

/// Both are of one run. What the log does not have was in the database that it was begun for.
TEST_F(ForeignLogTest, ThatIsLaterThanItsDatabaseIsNotMixedIn) {
    EXPECT_EQ(recover(file), std::nullopt);
    edit_and_send({1});
    keep_copy();
    {
        auto connection = open_for_writing(file);
        Ledger ledger{connection, [] { return 0; }};
        mark_log(connection, {});
        for (int n = 0; n < 60; ++n) edit(ledger, "between" + std::to_string(n), n);
    }
    {
        auto connection = open_for_writing(file);
        Ledger ledger{connection, [] { return 0; }};
        mark_log(connection, mark_in(connection));
        for (int n = 0; n < 60; ++n) edit(ledger, "last" + std::to_string(n), n);
        HighWater{file}.note(ledger.head());
        std::filesystem::copy_file(log_of(file), folder / "kept-log");
    }
    put_copy_back();
    leave_log();

    EXPECT_THAT(after_a_start(), AllOf(HasSubstr("the log beside the store is not the store's"),
                                       HasSubstr("was put back")));

    EXPECT_EQ(number("SELECT count(*) FROM setting"), 1);
}

TEST_F(ForeignLogTest, OfTheOtherKindIsNotRolledBackInto) {
    EXPECT_EQ(recover(file), std::nullopt);
    edit_and_send({1});
    Connection other{folder / "other", Connection::Mode::read_write};
    other.execute("CREATE TABLE photo (name)");
    other.execute(
        "INSERT INTO photo WITH RECURSIVE n (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM n LIMIT "
        "5000) SELECT hex(randomblob(100)) FROM n");
    other.execute("PRAGMA cache_size=2; BEGIN; UPDATE photo SET name = hex(randomblob(100))");
    std::filesystem::copy_file(folder / "other-journal", folder / "settings.db-journal");

    EXPECT_THAT(after_a_start(), HasSubstr("the rollback journal beside the store is not the"));

    EXPECT_EQ(number("SELECT count(*) FROM setting"), 1);
    EXPECT_THAT(set_aside(), ElementsAre(EndsWith("-journal")));
}

/// Somebody wrote to the store of a daemon that was killed then.
TEST_F(ForeignLogTest, ThatHasLostItsRunIsSalvaged) {
    for (std::string const way :
         {"UPDATE memory SET value = 'x'", "DELETE FROM memory", "DROP TABLE memory",
          "DELETE FROM memory WHERE name = 'run'",
          "UPDATE memory SET value = substr(value, 2) WHERE name = 'run'"}) {
        SCOPED_TRACE(way);
        std::filesystem::remove_all(folder.path());
        std::filesystem::create_directory(folder.path());
        EXPECT_EQ(recover(file), std::nullopt);
        edit_and_send({1});
        keep_copy();
        edit_and_keep_log(0, 60, way);
        put_copy_back();
        leave_log();

        EXPECT_THAT(after_a_start(),
                    AllOf(HasSubstr("does not say any more whose it is"),
                          HasSubstr("61 settings were read"), testing::Not(HasSubstr("put back"))));

        EXPECT_EQ(number("SELECT count(*) FROM setting"), 61);
        EXPECT_THAT(set_aside(), Contains(EndsWith("-wal")));
    }
}

// Anything, anywhere
// --------------------------------------------------------------------------------

/// How many places are tried: script/damage has more.
int places() {
    char const* const asked = std::getenv("DAMAGES");
    return asked == nullptr ? 20 : std::stoi(asked);
}

/// A store whose last edits stand in its log alone, as after a kill.
class AnyDamageTest : public DamageTest {
  protected:
    void SetUp() override {
        EXPECT_EQ(recover(file), std::nullopt);
        fill();
        auto connection = open_for_writing(file);
        Ledger ledger{connection, [] { return 0; }};
        mark_log(connection, {});
        for (int n = 0; n < 40; ++n) {
            connection.execute("BEGIN");
            edit(ledger, "logged" + std::to_string(n), std::string(500, 'w'));
            connection.execute("COMMIT");
        }
        HighWater{file}.note(ledger.head());
        mark = HighWater::of(file);
        before = rows();
        for (std::string const part : {"", "-wal"})
            std::filesystem::copy_file(file.string() + part, sound.string() + part);
    }

    /// As it was before any damage.
    void put_back() {
        for (auto const& entry : std::filesystem::directory_iterator{folder.path()})
            if (entry.path().filename().string().starts_with(file.filename().string()))
                std::filesystem::remove(entry);
        for (std::string const part : {"", "-wal"})
            std::filesystem::copy_file(sound.string() + part, file.string() + part);
        HighWater::renew(file, mark.revision, mark.run, mark.store_remembers);
    }

    /// A byte somewhere in the database or its log.
    struct Place {
        std::filesystem::path file;
        std::uintmax_t at;
        bool in_log;
    };
    Place anywhere() {
        auto const database_bytes = std::filesystem::file_size(sound);
        auto const log_bytes = std::filesystem::file_size(log_of(sound));
        auto const at = random() % (database_bytes + log_bytes);
        if (at < database_bytes) return {file, at, false};
        return {log_of(file), at - database_bytes, true};
    }

    static void write(Place const& place, std::string const& bytes) {
        std::fstream stream{place.file, std::ios::in | std::ios::out | std::ios::binary};
        stream.seekp(static_cast<std::streamoff>(place.at));
        stream << bytes;
    }

    bool is_sound() {
        auto connection = open_for_reading(file);
        Statement check{connection, "PRAGMA integrity_check"};
        return check.query().one().text(0) == "ok";
    }

    /// A start does not look at all of the history: damage there is met later on.
    void expect_healed_or_told(std::optional<std::string> told) {
        EXPECT_EQ(recover(file), std::nullopt);
        if (!is_sound()) {
            suspect(file, "the history");
            told = recover(file);
        }
        EXPECT_GT(number("SELECT count(*) FROM setting"), keys - 40);
        if (rows() != before) {
            EXPECT_THAT(told.value_or(""), AnyOf(HasSubstr("Lost"), HasSubstr("was acknowledged")));
        }
        expect_work();
    }

    std::filesystem::path sound = folder / "sound";
    HighWater::Mark mark;
    std::string before;
    std::mt19937_64 random{15};
};

TEST_F(AnyDamageTest, OfAPageIsHealedOrTold) {
    constexpr std::uintmax_t log_header = 32, frame = 24 + page_size;
    for (int round = 0; round < places(); ++round) {
        put_back();
        auto place = anywhere();
        auto const skipped = place.in_log ? log_header : 0;
        auto const size = place.in_log ? frame : page_size;
        if (place.at >= skipped) place.at -= (place.at - skipped) % size;
        SCOPED_TRACE(place.file.string() + " from byte " + std::to_string(place.at));
        write(place, std::string(page_size, round % 2 == 0 ? '\x5a' : '\0'));

        expect_healed_or_told(recover(file));
    }
}

/// A bit inside a text may make another text of it: pages of a database have no sums.
TEST_F(AnyDamageTest, OfABitBreaksNothingForEver) {
    for (int round = 0; round < places(); ++round) {
        put_back();
        auto place = anywhere();
        if (!place.in_log) place.at = std::max<std::uintmax_t>(place.at, page_size);
        SCOPED_TRACE(place.file.string() + ", byte " + std::to_string(place.at));
        std::ifstream stream{place.file, std::ios::binary};
        stream.seekg(static_cast<std::streamoff>(place.at));
        auto const flipped = static_cast<char>(stream.get() ^ (1 << random() % 8));
        write(place, std::string(1, flipped));

        if (!place.in_log) suspect(file, "a test");
        auto const told = recover(file);

        if (place.in_log) {
            expect_healed_or_told(told);
        } else {
            EXPECT_TRUE(told);
            EXPECT_EQ(recover(file), std::nullopt);
            EXPECT_GT(number("SELECT count(*) FROM setting"), keys - 40);
            expect_work();
        }
    }
}

}  // namespace
}  // namespace settings::store
