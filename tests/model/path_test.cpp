#include "model/path.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <functional>

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

TEST(PathTest, IsReadWithoutADocumentAsAPointerOrByEachDot) {
    EXPECT_EQ(names_in("a.b"), (Path{"a", "b"}));
    EXPECT_EQ(names_in("/a.b/c"), (Path{"a.b", "c"}));
    EXPECT_EQ(names_in("a/b"), (Path{"a/b"}));
}

TEST(PathTest, ReadsAPointerInOneWayOnly) {
    auto const document = json(R"({"a.b":1,"a":{"b":2,"c.d":3},"":{"":4},"~/":5,"~1":6})");

    EXPECT_EQ(resolve(document, "/a.b"), (Path{"a.b"}));
    EXPECT_EQ(resolve(document, "/a/b"), (Path{"a", "b"}));
    EXPECT_EQ(resolve(document, "/a/c.d"), (Path{"a", "c.d"}));
    EXPECT_EQ(resolve(document, "/a/c/d"), std::nullopt);
    EXPECT_EQ(resolve(document, "/"), (Path{""}));
    EXPECT_EQ(resolve(document, "//"), (Path{"", ""}));
    EXPECT_EQ(resolve(document, "/~0~1"), (Path{"~/"}));
    EXPECT_EQ(resolve(document, "/~01"), (Path{"~1"}));
}

TEST(PathTest, AKeyThatIsNamedLikeTheTextWins) {
    auto const document = json(R"({"/a":1,"a":{"b":2},"/a/b":3,"/c.d":{"e":4}})");

    EXPECT_EQ(resolve(document, "/a"), (Path{"/a"}));
    EXPECT_EQ(resolve(document, "/a/b"), (Path{"/a/b"}));
    EXPECT_EQ(resolve(document, "/c.d"), (Path{"/c.d"}));
    EXPECT_EQ(resolve(document, "/c.d.e"), std::nullopt);
    EXPECT_EQ(resolve(document, "/~1c.d/e"), (Path{"/c.d", "e"}));
}

TEST(PathTest, OnlyTheBeginningOfATextIsAPointer) {
    EXPECT_EQ(resolve(json(R"({"a":{"b":1,"/b":2}})"), "a./b"), (Path{"a", "/b"}));
}

TEST(PathTest, IsWrittenAsItIsReadBack) {
    EXPECT_EQ(path_text({"a", "b"}), "a.b");
    for (Path const& path : {Path{"a.b", "c"}, Path{""}, Path{"a", ""}, Path{"", "a"}, Path{"/a"},
                             Path{"~", "/", "~1", "."}}) {
        Json document;
        Json* value = &document;
        for (auto const& name : path) value = &(*value)[name];
        EXPECT_EQ(resolve(document, path_text(path)), path) << path_text(path);
    }
}

TEST(PathTest, LooksUpFewKeysHoweverManyDotsThereAre) {
    auto const document = json(R"({"a":{"b":1},"a.-":2,"z":3})");
    auto keys = keys_of(document);
    int looks = 0;
    keys.last_up_to = [&, within = keys.last_up_to](std::string_view bound) {
        ++looks;
        return within(bound);
    };
    auto const path = "a" + std::string(1'000, '.');

    EXPECT_EQ(resolve(keys, path), std::nullopt);
    EXPECT_LE(looks, 3);
}

TEST(PathTest, FindsTheSameAsALookAtEachCut) {
    auto const document = json(
        R"({"":{"":{"a":1},".":2},"a":{"":3,"b.":4},"a.":5,"a..b":{"a":6},"a.b":7,".a":{"b":8}})");
    std::function<std::optional<Path>(Json const&, std::string_view)> const slowly =
        [&](Json const& value, std::string_view text) -> std::optional<Path> {
        for (auto const& [name, rest] : cuts(text)) {
            auto const* inner = member(&value, name);
            if (inner == nullptr) continue;
            if (!rest) return Path{std::string{name}};
            auto path = slowly(*inner, *rest);
            if (path) path->insert(path->begin(), std::string{name});
            if (path) return path;
        }
        return std::nullopt;
    };
    for (int number = 0; number < 3 * 3 * 3 * 3 * 3 * 3; ++number) {
        std::string text;
        for (int rest = number; rest > 0; rest /= 3) text += ".ab"[rest % 3];
        EXPECT_EQ(resolve(document, text), slowly(document, text)) << text;
    }
}

TEST(PathTest, RefusesTextsThatAreTooLongForAPath) {
    EXPECT_TRUE(check_path(std::string(1'024, '.')));
    EXPECT_FALSE(check_path(std::string(1'025, '.')));
    EXPECT_FALSE(check_path(std::string(1'025, '/')));
    EXPECT_TRUE(check_path("/" + std::string(1'025, '.')));
    EXPECT_FALSE(check_path(std::string(70'000, 'a')));
}

// Where a write goes -----------------------------------------------------------------------------

/// The place as a pointer, or what is wrong.
std::string place(std::string_view document, std::string_view text) {
    auto const value = json(document);
    auto const found = place_for(keys_of(value), text);
    return found ? pointer(*found) : found.error().message();
}

TEST(PlaceTest, IsWhereAReadLooks) {
    EXPECT_EQ(place(R"({"a.b":1,"a":{"b":2}})", "a.b"), "/a.b");
    EXPECT_EQ(place(R"({"a.b":1,"a":{"b":2}})", "/a/b"), "/a/b");
    EXPECT_EQ(place(R"({"a":{"b.c":1}})", "a.b.c"), "/a/b.c");
}

TEST(PlaceTest, OfANewValueIsInTheObjectThatTheLongestNamesLeadTo) {
    EXPECT_EQ(place("{}", "a.b.c"), "/a/b/c");
    EXPECT_EQ(place(R"({"a.b":{"x":1}})", "a.b.c"), "/a.b/c");
    EXPECT_EQ(place(R"({"a.b":{"x":1},"a":{"b":{}}})", "a.b.c.d"), "/a.b/c/d");
    EXPECT_EQ(place(R"({"a.b":1,"a":{"b":{}}})", "a.b.c"), "/a/b/c");
    EXPECT_EQ(place("{}", "/a.b"), "/a.b");
    EXPECT_EQ(place("{}", "/"), "/");
}

TEST(PlaceTest, IsNotThroughAListOrAScalar) {
    using testing::HasSubstr;
    EXPECT_THAT(place(R"({"tags":["a"]})", "tags.0"), HasSubstr(R"("tags" is a list)"));
    EXPECT_THAT(place(R"({"tags":["a"]})", "/tags/0"), HasSubstr(R"("tags" is a list)"));
    EXPECT_THAT(place(R"({"a":{"b":7}})", "a.b.c.d"), HasSubstr(R"("a.b" is a number)"));
    EXPECT_THAT(place(R"({"a":{"b":null}})", "/a/b/c"), HasSubstr(R"("a.b" is null)"));
    EXPECT_THAT(place(R"({"a.b":"x"})", "a.b.c"), HasSubstr(R"("/a.b" is a text)"));
}

TEST(PlaceTest, HasNoEmptyNameThatWasNotMeant) {
    EXPECT_THAT(place("{}", "a..b"), testing::HasSubstr(R"("/a//b")"));
    EXPECT_THAT(place("{}", ""), testing::HasSubstr(R"("/")"));
    EXPECT_THAT(place(R"({"a":{"b":1}})", "a..x"), testing::HasSubstr(R"("/a//x", or as "/a/.x")"));
    EXPECT_THAT(place(R"({"":{"b":1}})", "."), testing::EndsWith(R"(write it as "//")"));
    EXPECT_EQ(place("{}", "/a//b"), "/a//b");
    EXPECT_EQ(place(R"({"":{"a":1}})", ".a"), "//a");
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
