#include "model/merge.h"

#include <gtest/gtest.h>

#include "tests/support/json.h"

namespace settings {
namespace {

std::optional<Json> const absent = std::nullopt;

TEST(MergeTest, TakesTheSideThatChanged) {
    EXPECT_EQ(merge(json("1"), json("2"), json("1")).value, json("2"));
    EXPECT_EQ(merge(json("1"), json("1"), json("3")).value, json("3"));
    EXPECT_EQ(merge(json("1"), json("1"), absent).value, absent);
}

TEST(MergeTest, JoinsEditsOfSiblingLeaves) {
    auto const merged =
        merge(json(R"({"x":1,"y":1})"), json(R"({"x":2,"y":1})"), json(R"({"x":1,"y":2,"z":3})"));

    EXPECT_EQ(merged.value, json(R"({"x":2,"y":2,"z":3})"));
    EXPECT_TRUE(merged.conflicts.empty());
}

TEST(MergeTest, PrefersOursAndReportsTheirsWhenBothChangedALeaf) {
    auto const merged = merge(json(R"({"x":1})"), json(R"({"x":2})"), json(R"({"x":3})"));

    EXPECT_EQ(merged.value, json(R"({"x":2})"));
    ASSERT_EQ(merged.conflicts.size(), 1U);
    EXPECT_EQ(merged.conflicts[0], (Conflict{{"x"}, json("1"), json("2"), json("3")}));
}

TEST(MergeTest, TakesTheirsAndHandsOursBackWhenTheRemoteIsToWin) {
    auto const merged = merge(json(R"({"x":1,"y":1})"), json(R"({"x":2,"y":2})"),
                              json(R"({"x":3,"y":1})"), Winner::remote);

    EXPECT_EQ(merged.value, json(R"({"x":3,"y":2})"));
    ASSERT_EQ(merged.conflicts.size(), 1U);
    EXPECT_EQ(merged.conflicts[0],
              (Conflict{{"x"}, json("1"), json("2"), json("3"), Winner::remote}));
}

TEST(MergeTest, AcceptsTheSameChangeOnBothSides) {
    auto const merged = merge(json("1"), json("2"), json("2"));

    EXPECT_EQ(merged.value, json("2"));
    EXPECT_TRUE(merged.conflicts.empty());
}

TEST(MergeTest, KeepsOurEditOfAnObjectThatTheyRemoved) {
    auto const merged = merge(json(R"({"x":1,"y":1})"), json(R"({"x":2,"y":1})"), absent);

    EXPECT_EQ(merged.value, json(R"({"x":2})"));
    ASSERT_EQ(merged.conflicts.size(), 1U);
    EXPECT_EQ(merged.conflicts[0].path, (Path{"x"}));
}

TEST(MergeTest, KeepsOurRemovalOfAnObjectThatTheyEdited) {
    auto const merged = merge(json(R"({"x":1,"y":1})"), absent, json(R"({"x":2,"y":1})"));

    EXPECT_EQ(merged.value, absent);
    ASSERT_EQ(merged.conflicts.size(), 1U);
    EXPECT_EQ(merged.conflicts[0].theirs, json("2"));
}

TEST(MergeTest, UnitesObjectsThatBothSidesMade) {
    EXPECT_EQ(merge(absent, json(R"({"x":1})"), json(R"({"y":2})")).value,
              json(R"({"x":1,"y":2})"));
    EXPECT_EQ(merge(json("5"), json(R"({"x":1})"), json(R"({"y":2})")).value,
              json(R"({"x":1,"y":2})"));
}

TEST(MergeTest, TreatsArraysAsWholeValues) {
    auto const merged = merge(json("[1]"), json("[1,2]"), json("[0,1]"));

    EXPECT_EQ(merged.value, json("[1,2]"));
    EXPECT_EQ(merged.conflicts.size(), 1U);
}

TEST(MergeTest, TellsNullFromAbsent) {
    EXPECT_EQ(merge(json("1"), json("null"), json("1")).value, json("null"));
    EXPECT_EQ(merge(json("null"), json("null"), absent).value, absent);
}

TEST(CommonBaseTest, IsWhatWeSentWhereItArrivedAndTheMirrorElsewhere) {
    EXPECT_EQ(common_base(json("1"), json("2"), json("2")), json("2"));
    EXPECT_EQ(common_base(json("1"), json("2"), json("1")), json("1"));
    EXPECT_EQ(common_base(json("1"), json("2"), json("3")), json("1"));
    EXPECT_EQ(common_base(json("1"), absent, absent), absent);
    EXPECT_EQ(common_base(absent, json("2"), absent), absent);
}

TEST(CommonBaseTest, MakesNoObjectUpWhereNothingArrived) {
    EXPECT_EQ(common_base(absent, json(R"({"x":1})"), json("{}")), absent);
    EXPECT_EQ(common_base(json("5"), json(R"({"x":1})"), json(R"({"x":2})")), json("5"));
}

TEST(CommonBaseTest, IsTheWholeMirrorWhereOneOfThemIsNoObject) {
    auto const mirror = json(R"({"x":1,"y":2})");

    EXPECT_EQ(common_base(mirror, json(R"({"x":9})"), json("5")), mirror);
    EXPECT_EQ(common_base(mirror, json(R"({"x":9})"), absent), mirror);
    EXPECT_EQ(common_base(mirror, json("5"), json(R"({"x":9})")), mirror);
    EXPECT_EQ(common_base(mirror, absent, json(R"({"x":9})")), mirror);
}

TEST(CommonBaseTest, IsAnObjectWhereAPartOfOneArrivedThoughTheMirrorWasNone) {
    EXPECT_EQ(common_base(json("5"), json(R"({"x":1,"y":2})"), json(R"({"x":1,"y":3})")),
              json(R"({"x":1})"));
}

TEST(CommonBaseTest, IsAnEmptyObjectWhereAllOfTheMirrorsLeavesWereRemoved) {
    EXPECT_EQ(common_base(json(R"({"x":1})"), json(R"({"y":1})"), json(R"({"y":2})")), json("{}"));
}

TEST(CommonBaseTest, GoesLeafByLeafWhereADeepServerKeptWhatWasToBeDeleted) {
    EXPECT_EQ(common_base(json(R"({"x":1,"y":2,"z":3})"), json(R"({"x":9,"z":4})"),
                          json(R"({"x":9,"y":2,"z":5})")),
              json(R"({"x":9,"y":2,"z":3})"));
}

}  // namespace
}  // namespace settings
