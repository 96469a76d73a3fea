// The documents and edits here are those of docs/api.md, or variations of them.

#include "tests/simulation/edits.h"

#include <gtest/gtest.h>

namespace settings::simulation {
namespace {

Leaves leaves(char const* document) { return leaves_of(Json::parse(document)); }

Leaves after_patch(char const* document, char const* partial) {
    return edited(leaves(document), Patch{Json::parse(partial)});
}

Leaves after_erase(char const* document, std::vector<std::string> paths) {
    return edited(leaves(document), Erase{std::move(paths)});
}

Leaves after_replay(char const* document, char const* changes) {
    auto replayed = leaves(document);
    replay(replayed, Json::parse(changes));
    return replayed;
}

TEST(EditsTest, APatchKeepsWhatItDoesNotName) {
    EXPECT_EQ(after_patch(R"({"theme":"dark","notifications":{"email":true,"push":true}})",
                          R"({"theme":"light","notifications":{"email":false}})"),
              leaves(R"({"theme":"light","notifications":{"email":false,"push":true}})"));
}

TEST(EditsTest, APatchReplacesUnlessTwoObjectsMeet) {
    EXPECT_EQ(after_patch(R"({"a":{"x":1}})", R"({"a":[2]})"), leaves(R"({"a":[2]})"));
    EXPECT_EQ(after_patch(R"({"a":[1,2]})", R"({"a":[3]})"), leaves(R"({"a":[3]})"));
    EXPECT_EQ(after_patch(R"({"a":1,"b":2})", R"({"a":{"x":{"y":3}}})"),
              leaves(R"({"a":{"x":{"y":3}},"b":2})"));
    EXPECT_EQ(after_patch(R"({"a":1})", R"({"a":null})"), leaves(R"({"a":null})"));
}

TEST(EditsTest, APatchWithAnEmptyObjectTakesNothingAway) {
    EXPECT_EQ(after_patch(R"({"a":{"x":1}})", R"({"a":{}})"), leaves(R"({"a":{"x":1}})"));
    EXPECT_EQ(after_patch(R"({"a":1})", R"({"a":{}})"), leaves(R"({"a":{}})"));
    EXPECT_EQ(after_patch(R"({"a":{}})", R"({"a":{"x":1}})"), leaves(R"({"a":{"x":1}})"));
}

TEST(EditsTest, AReplaceLeavesNothingElse) {
    EXPECT_EQ(edited(leaves(R"({"a":1})"), Replace{Json::parse(R"({"b":2})")}),
              leaves(R"({"b":2})"));
}

TEST(EditsTest, AnEraseLeavesTheObjectsAroundEvenEmpty) {
    EXPECT_EQ(after_erase(R"({"a":{"x":1},"b":2})", {"a.x", "b", "nope"}), leaves(R"({"a":{}})"));
    EXPECT_EQ(after_erase(R"({"a":{"b":{"c":1},"d":2}})", {"a.b"}), leaves(R"({"a":{"d":2}})"));
    EXPECT_EQ(after_erase(R"({"ab":1,"a":{"b":2}})", {"a"}), leaves(R"({"ab":1})"));
}

TEST(EditsTest, AnEraseTakesTheLongestNameThatFits) {
    EXPECT_EQ(after_erase(R"({"d":{"ot":2},"d.ot":1})", {"d.ot"}), leaves(R"({"d":{"ot":2}})"));
    EXPECT_EQ(after_erase(R"({"a":{"b.c":1},"a.b":{"c":2}})", {"a.b.c"}),
              leaves(R"({"a":{"b.c":1},"a.b":{}})"));
    EXPECT_EQ(after_erase(R"({"a":{"b.c":1,"b":{"c":3}},"a.b":{"d":2}})", {"a.b.c"}),
              leaves(R"({"a":{"b":{"c":3}},"a.b":{"d":2}})"));
}

TEST(EditsTest, ReplaysAJournal) {
    EXPECT_EQ(after_replay(R"({"a":1,"b":{"x":1},"c":{"y":{"z":1}},"d":2})",
                           R"([{"path":["a"],"old":1,"new":{"n":{"m":1}}},
                               {"path":["b","x"],"old":1},
                               {"path":["c","y"],"old":{"z":1},"new":3},
                               {"path":["d"],"old":2},
                               {"path":["e.f","g"],"new":{}}])"),
              leaves(R"({"a":{"n":{"m":1}},"b":{},"c":{"y":3},"e.f":{"g":{}}})"));
}

TEST(EditsTest, TellsWhetherANameIsLost) {
    auto const loses = [](char const* before, char const* after) {
        return loses_a_name(Json::parse(before), Json::parse(after));
    };

    EXPECT_TRUE(loses(R"({"a":1})", "{}"));
    EXPECT_TRUE(loses(R"({"a":{"x":{"y":1}}})", R"({"a":{"x":{"z":1}}})"));
    EXPECT_FALSE(loses(R"({"a":{"x":1}})", R"({"a":2})"));
    EXPECT_FALSE(loses(R"({"a":[{"x":1}]})", R"({"a":[{}],"b":1})"));
}

TEST(LeavesTest, SaysWhereTwoDocumentsDiffer) {
    EXPECT_EQ(
        difference(leaves(R"({"a":1,"b":{"x":2},"d":4})"), leaves(R"({"a":1,"b":{"x":3},"c":5})")),
        "b/x is 2 instead of 3, c is missing, d is 4 and should not be");
}

}  // namespace
}  // namespace settings::simulation
