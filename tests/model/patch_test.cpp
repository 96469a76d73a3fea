#include "model/patch.h"

#include <gtest/gtest.h>

#include "tests/support/json.h"

namespace settings {
namespace {

Json deep(std::string_view target, std::string_view partial) {
    Json document = json(target);
    deep_merge(document, json(partial));
    return document;
}

TEST(PatchTest, DeepMergeDescendsIntoObjects) {
    EXPECT_EQ(deep(R"({"a":{"x":1,"y":2},"b":3})", R"({"a":{"y":4}})"),
              json(R"({"a":{"x":1,"y":4},"b":3})"));
}

TEST(PatchTest, DeepMergeReplacesWhatIsNotAnObject) {
    EXPECT_EQ(deep(R"({"a":[1,2,3]})", R"({"a":[9]})"), json(R"({"a":[9]})"));
    EXPECT_EQ(deep(R"({"a":{"x":1}})", R"({"a":5})"), json(R"({"a":5})"));
    EXPECT_EQ(deep(R"({"a":5})", R"({"a":{"x":1}})"), json(R"({"a":{"x":1}})"));
}

TEST(PatchTest, DeepMergeStoresNullAndKeepsObjectsThatMeetAnEmptyOne) {
    EXPECT_EQ(deep(R"({"a":1})", R"({"a":null})"), json(R"({"a":null})"));
    EXPECT_EQ(deep(R"({"a":{"x":1}})", R"({"a":{}})"), json(R"({"a":{"x":1}})"));
}

TEST(PatchTest, EraseLeavesTheParentsEvenEmpty) {
    Json document = json(R"({"a":{"x":1},"b":3})");

    EXPECT_TRUE(erase(document, {"a", "x"}));
    EXPECT_EQ(document, json(R"({"a":{},"b":3})"));
}

TEST(PatchTest, EraseOfAnAbsentPathChangesNothing) {
    Json document = json(R"({"a":{"x":1}})");

    EXPECT_FALSE(erase(document, {"a", "y"}));
    EXPECT_FALSE(erase(document, {"b", "x"}));
    EXPECT_FALSE(erase(document, {"a", "x", "z"}));
    EXPECT_FALSE(erase(document, {"a", "x", "z", "w"}));
    EXPECT_FALSE(erase(document, {}));
    EXPECT_EQ(document, json(R"({"a":{"x":1}})"));
}

}  // namespace
}  // namespace settings
