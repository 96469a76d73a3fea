// The value that lost where two devices changed one leaf is kept.

#include <gmock/gmock.h>

#include "tests/store/ledger_fixture.h"

namespace settings::store {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

class ConflictsTest : public LedgerFixture {};

TEST_F(ConflictsTest, ALaterEditOfAnotherDeviceIsNoConflict) {
    patch(R"({"a":{"x":1,"y":1}})");
    send();

    auto const outcome = reconcile(R"({"a":{"x":3,"y":4}})");

    EXPECT_EQ(local(), json(R"({"a":{"x":3,"y":4}})"));
    EXPECT_THAT(outcome.conflicts, IsEmpty());
}

TEST_F(ConflictsTest, GivesAPendingEditUpAndKeepsItWhenTheRemoteIsToWin) {
    patch(R"({"a":1})");
    sync();
    patch(R"({"a":2})");

    auto const outcome = reconcile(R"({"a":3})", Winner::remote);

    EXPECT_EQ(local(), json(R"({"a":3})"));
    EXPECT_THAT(freeze().batch, IsEmpty());
    EXPECT_THAT(outcome.conflicts, ElementsAre(conflict({"a"}, "1", "2", "3", Winner::remote)));
    EXPECT_EQ(number("SELECT count(*) FROM conflict WHERE kept = 'theirs'"), 1);
}

TEST_F(ConflictsTest, OneDisagreementThatIsMetTwiceIsListedOnce) {
    Conflicts conflicts{connection};
    Conflict const met{{"a"}, json("1"), json("2"), json("3"), Winner::local};
    Conflict const another{{"a"}, json("1"), json("2"), json("4"), Winner::local};

    conflicts.add({met, another}, 1);
    conflicts.add({met}, 2);

    EXPECT_EQ(number("SELECT count(*) FROM conflict"), 2);
    conflicts.add({met}, 3'600'000);
    EXPECT_EQ(number("SELECT count(*) FROM conflict"), 3) << "another time";
}

TEST_F(ConflictsTest, LargeOnesPushOutOlderOnesAndStayThemselves) {
    Conflicts conflicts{connection};
    auto const large = [](char c, std::size_t size) {
        return Conflict{{"a"}, std::nullopt, Json(std::string(size, c)), json("1"), {}};
    };
    for (char c = 'a'; c < 'k'; ++c) conflicts.add({large(c, 1'000'000)}, 1);

    EXPECT_EQ(number("SELECT count(*) FROM conflict"), 8);
    EXPECT_EQ(number("SELECT count(*) FROM conflict WHERE ours LIKE '\"j%'"), 1);
    conflicts.add({large('z', 9'000'000)}, 1);
    EXPECT_EQ(number("SELECT count(*) FROM conflict"), 1);
}

TEST_F(ConflictsTest, ALostAnswerIsNoConflictWhoeverWins) {
    patch(R"({"a":1})");
    static_cast<void>(freeze());
    patch(R"({"a":2})");

    auto const outcome = reconcile(R"({"a":1})", Winner::remote);

    EXPECT_EQ(local(), json(R"({"a":2})"));
    EXPECT_THAT(outcome.conflicts, IsEmpty());
}

TEST_F(ConflictsTest, KeepsTheNewestThousandConflicts) {
    Json ours = Json::object();
    Json theirs = Json::object();
    for (int n = 0; n < 1'001; ++n) {
        auto const key = "k" + std::to_string(10'000 + n);
        ours[key] = 1;
        theirs[key] = 2;
    }
    edit(Patch{ours});

    EXPECT_THAT(reconcile(to_text(theirs)).conflicts, SizeIs(1'001));

    EXPECT_EQ(number("SELECT count(*) FROM conflict"), 1'000);
    EXPECT_EQ(number("SELECT count(*) FROM conflict WHERE path = '[\"k10000\"]'"), 0);
}

TEST_F(ConflictsTest, RecordsConflictsByTheWallClock) {
    patch(R"({"a":1})");
    now = 77;

    reconcile(R"({"a":2})");

    EXPECT_EQ(number("SELECT at FROM conflict"), 77);
}

TEST_F(ConflictsTest, FreesARejectedKeyWhoseValueTheMergeChanged) {
    patch(R"({"a":{"x":1}})");
    reject(freeze().batch, {400, "no"});

    reconcile(R"({"a":{"y":1}})");

    EXPECT_THAT(keys(freeze().batch), ElementsAre("a"));
}

}  // namespace
}  // namespace settings::store
