#include "model/path.h"

#include <gtest/gtest.h>

#include "tests/support/json.h"

namespace settings {
namespace {

TEST(PathTest, SplitsAndJoinsAtDots) {
    EXPECT_EQ(split("a.b.c"), (Path{"a", "b", "c"}));
    EXPECT_EQ(split(""), (Path{""}));
    EXPECT_EQ(split(".a."), (Path{"", "a", ""}));
    EXPECT_EQ(dotted({"a", "b", "c"}), "a.b.c");
}

TEST(PathTest, IsAmbiguousWhereANameHoldsADot) {
    EXPECT_TRUE(is_ambiguous({"a", "b.c"}));
    EXPECT_FALSE(is_ambiguous({"a", "b", "c"}));
    EXPECT_FALSE(is_ambiguous({}));
}

TEST(PathTest, ResolvesNestedNames) {
    auto const document = json(R"({"notifications":{"email":false}})");

    EXPECT_EQ(resolve(document, "notifications.email"), (Path{"notifications", "email"}));
    EXPECT_EQ(resolve(document, "notifications"), (Path{"notifications"}));
    EXPECT_EQ(resolve(document, "notifications.push"), std::nullopt);
    EXPECT_EQ(resolve(document, "notifications.email.deeper"), std::nullopt);
}

TEST(PathTest, PrefersTheLongestLiteralName) {
    auto const document = json(R"({"a.b":1,"a":{"b":2,"c.d":3}})");

    EXPECT_EQ(resolve(document, "a.b"), (Path{"a.b"}));
    EXPECT_EQ(resolve(document, "a.c.d"), (Path{"a", "c.d"}));
}

TEST(PathTest, TriesAShorterNameWhenTheLongestLeadsNowhere) {
    auto const document = json(R"({"a.b":{"x":1},"a":{"b":{"c":2}}})");

    EXPECT_EQ(resolve(document, "a.b.c"), (Path{"a", "b", "c"}));
}

TEST(PathTest, ResolvesEmptyNames) {
    auto const document = json(R"({"":{"":1,"a":2},"b":{"":3}})");

    EXPECT_EQ(resolve(document, "."), (Path{"", ""}));
    EXPECT_EQ(resolve(document, ".a"), (Path{"", "a"}));
    EXPECT_EQ(resolve(document, "b."), (Path{"b", ""}));
    EXPECT_EQ(resolve(document, ""), (Path{""}));
}

TEST(PathTest, DoesNotLookIntoArrays) {
    EXPECT_EQ(resolve(json(R"({"a":[{"b":1}]})"), "a.0.b"), std::nullopt);
    EXPECT_EQ(resolve(json("[1]"), "0"), std::nullopt);
}

TEST(PathTest, FindsTheValueAtAPath) {
    auto const document = json(R"({"a":{"b":null}})");

    ASSERT_NE(find(document, {"a", "b"}), nullptr);
    EXPECT_TRUE(find(document, {"a", "b"})->is_null());
    EXPECT_EQ(find(document, {"a", "c"}), nullptr);
    EXPECT_EQ(*find(document, {}), document);
}

}  // namespace
}  // namespace settings
