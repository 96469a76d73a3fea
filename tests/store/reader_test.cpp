#include "store/reader.h"

#include <gmock/gmock.h>

#include "store/ledger.h"
#include "store/schema.h"
#include "store/stored_json.h"
#include "tests/support/temporary_folder.h"

namespace settings::store {
namespace {

using namespace std::chrono_literals;

class ReaderTest : public testing::Test {
  protected:
    void patch(std::string_view partial) {
        ASSERT_TRUE(ledger.apply(Patch{parse_json(partial).value()}, "test"));
    }
    Batch freeze() { return ledger.mirror().freeze({10, 0}, 1'000, 5h).batch; }
    void settle(Batch const& batch) { static_cast<void>(ledger.mirror().settle(batch, 5h)); }
    void reject(Time retry_at) {
        static_cast<void>(ledger.mirror().reject(freeze(), {400, "no such theme"}, retry_at));
    }

    TemporaryFolder folder;
    std::filesystem::path file = folder / "settings.db";
    Connection connection = open_for_writing(file);
    Ledger ledger{connection, [] { return 1'700'000'000'000; }};
    Reader reader{file};
};

TEST_F(ReaderTest, TellsHowOftenAKeyWasRefusedAndWhenItIsTriedAgain) {
    patch(R"({"a":1})");
    reject(0s);
    reject(9h);

    auto const rejected = reader.rejected();

    ASSERT_EQ(rejected.size(), 1U);
    EXPECT_EQ(rejected[0].key, "a");
    EXPECT_EQ(rejected[0].refusal.status, 400U);
    EXPECT_EQ(rejected[0].refusal.message, "no such theme");
    EXPECT_EQ(rejected[0].at, 1'700'000'000'000);
    EXPECT_EQ(rejected[0].refusals, 2U);
    EXPECT_EQ(rejected[0].retry_at, 9h);
}

TEST_F(ReaderTest, NothingIsSyncedWhileAnOlderValueIsOnItsWayOrMayStillArrive) {
    using Fate = Reader::Fate;
    patch(R"({"a":"dark"})");
    settle(freeze());
    patch(R"({"a":"light"})");
    static_cast<void>(freeze());
    patch(R"({"a":"dark"})");
    auto const unsynced = ledger.unsynced({"a"});
    ASSERT_EQ(unsynced.size(), 1U);
    EXPECT_EQ(reader.fate_of(unsynced[0]), Fate::unsynced);
    EXPECT_TRUE(reader.standing("a").doubtful);

    auto const look = [&](Time at) {
        static_cast<void>(
            ledger.mirror().reconcile({.remote = parse_json(R"({"a":"dark"})").value()}, at));
    };
    look(5h + 1s);  // it is lost now
    EXPECT_EQ(reader.fate_of(unsynced[0]), Fate::unsynced);
    look(5h + 2min);
    EXPECT_EQ(reader.fate_of(unsynced[0]), Fate::synced);
    EXPECT_FALSE(reader.standing("a").doubtful);
}

TEST_F(ReaderTest, ARemovalIsNotSyncedWhileItsValueIsOnItsWay) {
    patch(R"({"a":1})");
    static_cast<void>(freeze());
    ASSERT_TRUE(ledger.apply(Erase{{"a"}}, "test"));

    auto const unsynced = ledger.unsynced({"a"});

    ASSERT_EQ(unsynced.size(), 1U);
    EXPECT_EQ(reader.fate_of(unsynced[0]), Reader::Fate::unsynced);
}

TEST_F(ReaderTest, FollowsAKeyFromItsEditToTheServer) {
    using Fate = Reader::Fate;
    patch(R"({"a":1,"b":1,"c":1})");
    std::vector<std::string> const keys{"a", "b", "c", "none"};
    auto const unsynced = ledger.unsynced(keys);
    ASSERT_EQ(unsynced.size(), 3U);
    EXPECT_EQ(reader.fate_of(unsynced[0]), Fate::unsynced);

    settle(freeze());
    EXPECT_EQ(reader.fate_of(unsynced[0]), Fate::synced);
    EXPECT_TRUE(ledger.unsynced(keys).empty());

    patch(R"({"b":2})");
    EXPECT_EQ(reader.fate_of(unsynced[1]), Fate::replaced);
    reject(9h);
    EXPECT_EQ(reader.fate_of(ledger.unsynced(keys).at(0)), Fate::rejected);

    ASSERT_TRUE(ledger.apply(Erase{{"c"}}, "test"));
    auto const removed = ledger.unsynced(keys).back();
    EXPECT_EQ(reader.fate_of(removed), Fate::unsynced);
    settle(freeze());
    EXPECT_EQ(reader.fate_of(removed), Fate::synced);
}

TEST_F(ReaderTest, ListsConflictsNewestFirst) {
    patch(R"({"a":{"x.y":1},"b":1})");
    Json const remote{{"a", {{"x.y", 2}}}, {"b", 2}};
    auto const outcome = ledger.mirror().reconcile({.remote = remote}, 5h).conflicts;

    auto const conflicts = reader.conflicts();

    ASSERT_EQ(conflicts.size(), 2U);
    ASSERT_EQ(outcome.size(), 2U);
    for (std::size_t each = 0; each < 2; ++each) {
        EXPECT_EQ(conflicts[each].path, outcome[1 - each].path);
        EXPECT_EQ(conflicts[each].base, text_of(outcome[1 - each].base));
        EXPECT_EQ(conflicts[each].ours, "1");
        EXPECT_EQ(conflicts[each].theirs, "2");
        EXPECT_EQ(conflicts[each].kept, outcome[1 - each].kept);
        EXPECT_EQ(reader.places_of_conflicts().at(each).id, conflicts[each].id);
        EXPECT_EQ(reader.places_of_conflicts().at(each).path, conflicts[each].path);
    }
    EXPECT_EQ(conflicts[1].path, (Path{"a", "x.y"}));
    EXPECT_EQ(conflicts[1].id, 1);
    EXPECT_EQ(conflicts[1].at, 1'700'000'000'000);
}

TEST_F(ReaderTest, KnowsNothingOfAKeyThatNeverWas) {
    auto const standing = reader.standing("a");

    EXPECT_FALSE(standing.local || standing.mirror);
    EXPECT_FALSE(standing.in_flight);
    EXPECT_EQ(standing.revision, 0);
    EXPECT_EQ(standing.changed_at, std::nullopt);
    EXPECT_FALSE(standing.rejected);
}

TEST_F(ReaderTest, TellsAValueThatWasSentFromANewerOne) {
    patch(R"({"a":1})");
    freeze();
    EXPECT_TRUE(reader.standing("a").in_flight);
    EXPECT_FALSE(reader.standing("a").older_in_flight);

    patch(R"({"a":2})");
    EXPECT_FALSE(reader.standing("a").in_flight);
    EXPECT_TRUE(reader.standing("a").older_in_flight);

    ASSERT_TRUE(ledger.apply(Erase{{"a"}}, "test"));
    EXPECT_FALSE(reader.standing("a").in_flight);
    EXPECT_TRUE(reader.standing("a").older_in_flight);
}

TEST_F(ReaderTest, AnEditBesideWhatCannotBeReadWaitsWithTheOthers) {
    patch(R"({"refused":1})");
    reject(9h);
    patch(R"({"bio":1})");
    patch(R"({"a":1})");
    Look const look{.remote = Json::object(),
                    .unreadable = {{"bio", "half of a character"}, {"other", "no number"}}};
    static_cast<void>(ledger.mirror().reconcile(look, 5h));

    EXPECT_EQ(reader.unreadable_edited(), std::vector<std::string>{"bio"});
    EXPECT_EQ(reader.pending(), 1U);
    EXPECT_EQ(reader.pending_keys(5), (std::vector<std::string>{"bio", "a"}));
    EXPECT_EQ(reader.pending_keys(1), std::vector<std::string>{"bio"});
}

TEST_F(ReaderTest, ARemovalStandsAsPendingWithoutAValue) {
    patch(R"({"a":1})");
    settle(freeze());
    ASSERT_TRUE(ledger.apply(Erase{{"a"}}, "test"));

    auto const standing = reader.standing("a");

    EXPECT_EQ(standing.local, std::nullopt);
    EXPECT_EQ(standing.mirror, "1");
    EXPECT_EQ(standing.revision, 2);
}

TEST_F(ReaderTest, TellsWhyAKeyStaysHere) {
    patch(R"({"a":1,"b":1})");
    reject(9h);

    auto const standing = reader.standing("b");

    ASSERT_TRUE(standing.rejected);
    EXPECT_EQ(standing.rejected->key, "b");
    EXPECT_EQ(standing.rejected->refusal.message, "no such theme");
}

}  // namespace
}  // namespace settings::store
