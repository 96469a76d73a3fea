#include "store/ledger.h"

#include <random>

#include "emulator/document.h"
#include "tests/store/ledger_fixture.h"

namespace settings::store {
namespace {

class LedgerTest : public LedgerFixture {};

TEST_F(LedgerTest, PatchMergesDeepAndCountsOneRevision) {
    EXPECT_EQ(patch(R"({"theme":"dark","notifications":{"email":true,"push":true}})"), 1);
    EXPECT_EQ(patch(R"({"notifications":{"email":false}})"), 2);

    EXPECT_EQ(local(), json(R"({"theme":"dark","notifications":{"email":false,"push":true}})"));
    EXPECT_EQ(local(), column("local"));
}

TEST_F(LedgerTest, ReplaceRemovesWhatIsNotNamed) {
    patch(R"({"a":1,"b":2})");

    replace(R"({"b":3,"c":4})");

    EXPECT_EQ(local(), json(R"({"b":3,"c":4})"));
}

TEST_F(LedgerTest, EraseFollowsDottedPathsAndLiteralDots) {
    patch(R"({"a":{"b":1,"c":2},"a.b":3,"d":4})");

    erase({"a.b"});
    EXPECT_EQ(local(), json(R"({"a":{"b":1,"c":2},"d":4})"));

    erase({"a.b", "d", "nothing.here"});
    EXPECT_EQ(local(), json(R"({"a":{"c":2}})"));
}

TEST_F(LedgerTest, EraseOfOverlappingPathsInOneEditWorksInOrder) {
    patch(R"({"a":{"b":1,"c":2}})");

    erase({"a.b", "a", "a.c"});

    EXPECT_EQ(local(), json("{}"));
    EXPECT_EQ(ledger.head(), 2);
}

TEST_F(LedgerTest, AnEditThatChangesNothingKeepsTheRevision) {
    patch(R"({"a":{"b":1}})");

    EXPECT_EQ(patch(R"({"a":{"b":1.0}})"), 1);
    EXPECT_EQ(erase({"x.y"}), 1);
    EXPECT_EQ(replace(R"({"a":{"b":1}})"), 1);
    EXPECT_EQ(number("SELECT count(*) FROM journal"), 1);
}

TEST_F(LedgerTest, RefusesAnEditOfAnOlderRevisionAndWritesNothing) {
    patch(R"({"a":1})");
    patch(R"({"a":2})");

    auto const stale = ledger.apply(Patch{json(R"({"a":3})")}, "test", 1);

    ASSERT_FALSE(stale);
    EXPECT_EQ(stale.error().code(), Errc::stale);
    EXPECT_EQ(local(), json(R"({"a":2})"));
    EXPECT_TRUE(ledger.apply(Patch{json(R"({"a":3})")}, "test", 2));
}

TEST_F(LedgerTest, JournalsEachChangeWithOldAndNew) {
    patch(R"({"a":{"b":1}})");
    now = 2'000;
    patch(R"({"a":{"b":2},"c":null})");

    EXPECT_EQ(last_changes(),
              json(R"([{"path":["a","b"],"old":1,"new":2},{"path":["c"],"new":null}])"));
    EXPECT_EQ(number("SELECT at FROM journal WHERE revision = 2"), 2'000);
}

TEST_F(LedgerTest, CountsOnFromTheJournalAfterAReopen) {
    patch(R"({"a":1})");
    patch(R"({"a":2})");

    Ledger const again{connection, [] { return 0; }};

    EXPECT_EQ(again.head(), 2);
}

TEST_F(LedgerTest, KeepsKeysWithNulAndOtherOddBytesApart) {
    patch(R"({"a\u0000x":1,"a\u0000y":2,"":3,"\r\n":4,"ä":5})");
    erase({std::string{"a\0x", 3}});

    EXPECT_EQ(local(), json(R"({"a\u0000y":2,"":3,"\r\n":4,"ä":5})"));
    EXPECT_EQ(local(), column("local"));
}

TEST_F(LedgerTest, ForgetsAKeyThatNeitherSideHas) {
    patch(R"({"a":1})");
    erase({"a"});

    EXPECT_EQ(number("SELECT count(*) FROM setting"), 0);
}

/// Random edits against what the service makes of them, by the emulator.
TEST_F(LedgerTest, AgreesWithTheServiceOnRandomEdits) {
    std::mt19937 random{7};
    auto const below = [&](int bound) {
        return std::uniform_int_distribution{0, bound - 1}(random);
    };
    auto const name = [&] { return std::string(1, static_cast<char>('a' + below(4))); };
    Json expected = Json::object();

    for (int round = 0; round < 2'000; ++round) {
        Json const partial{{name(), below(2) == 0 ? Json{{name(), below(3)}} : Json(below(3))}};
        switch (below(8)) {
            case 0:
                expected = partial;
                edit(Replace{partial});
                break;
            case 1:
            case 2: {
                auto const path = name() + "." + name();
                emulator::delete_key(expected, path);
                erase({path});
                break;
            }
            default:
                emulator::merge(expected, partial, emulator::Merge::deep);
                edit(Patch{partial});
        }
        ASSERT_EQ(local(), expected) << "round " << round;
    }
    EXPECT_EQ(column("local"), expected);
}

}  // namespace
}  // namespace settings::store
