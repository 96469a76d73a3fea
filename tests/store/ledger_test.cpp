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

// Assignments ------------------------------------------------------------------------------------

class AssignmentTest : public LedgerFixture {
  protected:
    Result<Saved> assign(std::vector<Assignments::One> list) {
        return ledger.apply(Assignments{std::move(list)}, "test");
    }
};

TEST_F(AssignmentTest, GoWhereAReadLooks) {
    patch(R"({"editor.fontSize":12,"editor":{"tabSize":4},"a":{"b.c":1}})");

    EXPECT_TRUE(assign({{"editor.fontSize", 14}, {"editor.tabSize", 2}, {"a.b.c", 2}, {"x.y", 3}}));

    EXPECT_EQ(local(), json(R"({"editor.fontSize":14,"editor":{"tabSize":2},"a":{"b.c":2},
                                "x":{"y":3}})"));
}

TEST_F(AssignmentTest, ArePointersWhenTheySaySo) {
    EXPECT_TRUE(assign({{"/editor.fontSize", 14}, {"/", 1}, {"/a/b.c", 2}, {"/~1", 3}}));

    EXPECT_EQ(local(), json(R"({"editor.fontSize":14,"":1,"a":{"b.c":2},"/":3})"));
    erase({"/editor.fontSize", "/a/b.c", "/~1", "/"});
    EXPECT_EQ(local(), json(R"({"a":{}})"));
}

TEST_F(AssignmentTest, OfKnownNamesMindNoKeyThatIsNamedLikeAPath) {
    patch(R"({"/a/b":1,"a.b":2,"a":{"b":3}})");

    EXPECT_TRUE(assign({{Path{"a", "b"}, 4}, {Path{"a", "c.d"}, 5}}));
    EXPECT_EQ(local(), json(R"({"/a/b":1,"a.b":2,"a":{"b":4,"c.d":5}})"));

    EXPECT_TRUE(assign({{Path{"a", "b"}, std::nullopt}, {Path{"x", "b"}, std::nullopt}}));
    EXPECT_EQ(local(), json(R"({"/a/b":1,"a.b":2,"a":{"c.d":5}})"));
    EXPECT_FALSE(assign({{Path{"a.b", "c"}, 1}}));
}

TEST_F(AssignmentTest, MergeAndRemoveOneAfterTheOther) {
    patch(R"({"a":{"x":1,"y":1},"b":1})");

    EXPECT_TRUE(assign({{"a", json(R"({"x":2})")}, {"b", std::nullopt}, {"b.c", 1}}));

    EXPECT_EQ(local(), json(R"({"a":{"x":2,"y":1},"b":{"c":1}})"));
}

TEST_F(AssignmentTest, OfAWholeValueLeaveNothingOfTheFormerOne) {
    patch(R"({"a":{"x":1,"y":{"z":1}},"b":[1]})");

    EXPECT_TRUE(assign({{"a.y", json(R"({"w":2})"), true}, {"b", json(R"({"c":1})"), true}}));
    EXPECT_EQ(local(), json(R"({"a":{"x":1,"y":{"w":2}},"b":{"c":1}})"));

    EXPECT_TRUE(assign({{"a", json("{}"), true}, {"n.m", json(R"({"o":1})"), true}}));
    EXPECT_EQ(local(), json(R"({"a":{},"b":{"c":1},"n":{"m":{"o":1}}})"));
    EXPECT_EQ(assign({{"b.c.d", 1, true}}).error().code(), Errc::conflict);
}

TEST_F(AssignmentTest, AValueIsFoundWhereAnEditWouldGo) {
    patch(R"({"a.b":1,"a":{"b":2,"c":null}})");

    EXPECT_EQ(ledger.value_at("a.b"), Json(1));
    EXPECT_EQ(ledger.value_at("/a/b"), Json(2));
    EXPECT_EQ(ledger.value_at("a.c"), Json(nullptr));
    EXPECT_EQ(ledger.value_at("a.d"), std::nullopt);
    EXPECT_EQ(ledger.value_at("x"), std::nullopt);
}

TEST_F(AssignmentTest, ThroughWhatIsNoObjectWriteNothing) {
    patch(R"({"tags":["a"],"volume":{"max":1}})");

    for (auto const* path : {"tags.0", "/tags/0", "volume.max.value", "/volume/max/0"}) {
        auto const refused = assign({{"theme", "dark"}, {path, "home"}});
        ASSERT_FALSE(refused) << path;
        EXPECT_EQ(refused.error().code(), Errc::conflict);
    }

    EXPECT_EQ(local(), json(R"({"tags":["a"],"volume":{"max":1}})"));
    EXPECT_EQ(ledger.head(), 1);
}

TEST_F(AssignmentTest, AreBoundInDepthOnlyWhereTheyAddLevels) {
    Json deep = 1;
    std::string path;
    for (int level = 0; level < 100; ++level) {
        deep = Json{{"a", deep}};
        path += "/a";
    }
    edit(Patch{deep});

    EXPECT_TRUE(assign({{path, 2}, {"/b", 1}}));
    EXPECT_EQ(*find(local(), Path(100, "a")), 2);
    EXPECT_EQ(assign({{path, Json::object()}}).error().code(), Errc::too_large);
    EXPECT_EQ(assign({{path + "b", 1}}).error().code(), Errc::too_large);
}

TEST_F(AssignmentTest, WriteNoNameThatTheDocumentCouldNotBeReadBackWith) {
    std::string const is_right(1024, 'a');
    std::string const is_long(1025, 'a');

    EXPECT_TRUE(assign({{"/" + is_right, 1}}));
    EXPECT_EQ(assign({{"/" + is_long, 1}}).error().code(), Errc::too_large);
    EXPECT_EQ(assign({{"in." + is_long, 1}}).error().code(), Errc::too_large);
    EXPECT_EQ(assign({{is_long, 1}}).error().code(), Errc::too_large);
    edit(Patch{Json{{is_long, 1}}});  // as the server may send it
    EXPECT_TRUE(assign({{is_long, 2}}));
}

/// An object in which "a.a.….a.x" can be cut at its dots in each way, and leads to nothing.
Json with_every_cut(int levels) {
    Json shorter = 1;
    Json deep = 1;
    for (int level = 0; level < levels; ++level)
        shorter = std::exchange(deep, Json{{"a", deep}, {"a.a", shorter}});
    return deep;
}

TEST_F(AssignmentTest, PathsThatCanBeCutInEachWayCostABoundedNumberOfLooks) {
    edit(Patch{Json{{"tree", with_every_cut(22)}, {"b", 1}}});
    std::string path = "tree";
    for (int level = 0; level < 21; ++level) path += ".a";
    path += ".x";

    Erase erase;
    for (int n = 0; n < 1'000; ++n) erase.paths.push_back(path + std::to_string(n));
    erase.paths.emplace_back("b");
    auto const refused = ledger.apply(std::move(erase), "test");

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().code(), Errc::too_large);
    EXPECT_EQ(assign({{path, 1}}).error().code(), Errc::too_large);
    EXPECT_TRUE(local().contains("b")) << "none of it was done";
}

}  // namespace
}  // namespace settings::store
