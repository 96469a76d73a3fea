#include "model/change_set.h"

#include <gtest/gtest.h>

#include "model/each_change.h"
#include "tests/support/json.h"

namespace settings {
namespace {

Json changes(std::string_view before, std::string_view after) {
    return to_json(diff(json(before), json(after)));
}

TEST(ChangeSetTest, NamesEachLeafThatChanged) {
    EXPECT_EQ(changes(R"({"a":{"x":1,"y":2},"b":3})", R"({"a":{"x":9,"y":2},"c":4})"), json(R"([
        {"path":["a","x"],"old":1,"new":9},
        {"path":["b"],"old":3},
        {"path":["c"],"new":4}])"));
}

TEST(ChangeSetTest, NamesARemovedObjectOnce) {
    EXPECT_EQ(changes(R"({"a":{"x":1}})", "{}"), json(R"([{"path":["a"],"old":{"x":1}}])"));
}

TEST(ChangeSetTest, TreatsArraysAndNullAsWholeValues) {
    EXPECT_EQ(changes(R"({"a":[1,2]})", R"({"a":[1,3]})"),
              json(R"([{"path":["a"],"old":[1,2],"new":[1,3]}])"));
    EXPECT_EQ(changes(R"({"a":1})", R"({"a":null})"),
              json(R"([{"path":["a"],"old":1,"new":null}])"));
}

TEST(ChangeSetTest, KeepsALiteralDotApartFromALevel) {
    EXPECT_EQ(changes("{}", R"({"a.b":1})"), json(R"([{"path":["a.b"],"new":1}])"));
    EXPECT_EQ(changes(R"({"a":{}})", R"({"a":{"b":1}})"), json(R"([{"path":["a","b"],"new":1}])"));
}

TEST(ChangeSetTest, IsEmptyForEqualDocuments) {
    EXPECT_TRUE(diff(json(R"({"a":{"x":[1,{}]}})"), json(R"({"a":{"x":[1,{}]}})")).empty());
}

TEST(ChangeSetTest, IsEmptyWhereNothingWasAndNothingIs) {
    EXPECT_TRUE(changes_of("a", std::nullopt, std::nullopt).empty());
}

TEST(ChangeSetTest, NamesTheChangesOfAKeyByWholePaths) {
    EXPECT_EQ(changes_of("a", json(R"({"x":1,"y":2})"), json(R"({"y":2,"z":3})")),
              (ChangeSet{{{"a", "x"}, 1, std::nullopt}, {{"a", "z"}, std::nullopt, 3}}));
    EXPECT_EQ(changes_of("a", 1, std::nullopt), (ChangeSet{{{"a"}, 1, std::nullopt}}));
}

TEST(ChangeSetTest, IsWrittenAsTextWithoutACopyOfAnything) {
    auto const before = json(R"({"gone":1,"in":{"a":1,"b":[{}]},"same":2})");
    auto const after = json(R"({"in":{"a":"x","b":{}},"new \"one\"":null,"same":2})");
    std::string list;
    Path path;

    each_change(path, &before, &after, [&](Path const& at, Json const* old, Json const* fresh) {
        append_change(list, at, old, fresh);
    });

    EXPECT_EQ(list + ']', to_text(to_json(diff(before, after))));
}

TEST(ChangeSetTest, AppliesWithParentsThatAreMissing) {
    Json document = json(R"({"b":5})");

    apply_changes(document, {{{"a", "x"}, std::nullopt, 1}, {{"b", "y"}, std::nullopt, 2}});

    EXPECT_EQ(document, json(R"({"a":{"x":1},"b":{"y":2}})"));
}

TEST(ChangeSetTest, RemovesNothingInsideWhatIsNoObject) {
    Json document = json(R"({"a":1})");

    apply_changes(document, {{{"a", "b"}, 1, std::nullopt}, {{"x", "y"}, 1, std::nullopt}});

    EXPECT_EQ(document, json(R"({"a":1})"));
}

TEST(ChangeSetTest, ReadsBackWhatItWrote) {
    auto const written = diff(json(R"({"a":{"x":1,"y":null},"b":3})"), json(R"({"a":{"y":2}})"));

    EXPECT_EQ(changes_from(to_json(written)), written);
}

// Excerpts ---------------------------------------------------------------------------------------

Json excerpt_of(std::string_view before, std::string_view after, std::string_view path) {
    return to_json(excerpt(diff(json(before), json(after)), path));
}

TEST(ExcerptTest, HasWhatHappenedAtThePathAndBelowIt) {
    auto const* before = R"({"a":{"x":1,"y":1},"ax":1,"b":1})";
    auto const* after = R"({"a":{"x":2,"y":1},"ax":2,"b":2})";

    EXPECT_EQ(excerpt_of(before, after, "a"), json(R"([{"path":["a","x"],"old":1,"new":2}])"));
    EXPECT_EQ(excerpt_of(before, after, "b"), json(R"([{"path":["b"],"old":1,"new":2}])"));
    EXPECT_EQ(excerpt_of(before, after, "a.y"), json("[]"));
    EXPECT_EQ(excerpt_of(before, after, "c"), json("[]"));
}

TEST(ExcerptTest, NarrowsWhatHappenedAboveThePath) {
    EXPECT_EQ(excerpt_of("{}", R"({"a":{"x":1,"y":2}})", "a.x"),
              json(R"([{"path":["a","x"],"new":1}])"));
    EXPECT_EQ(excerpt_of(R"({"a":{"x":1}})", "{}", "a.x"), json(R"([{"path":["a","x"],"old":1}])"));
    EXPECT_EQ(excerpt_of(R"({"a":{"x":{"z":1}}})", R"({"a":5})", "a.x.z"),
              json(R"([{"path":["a","x","z"],"old":1}])"));
    EXPECT_EQ(excerpt_of("{}", R"({"a":{"x":1}})", "a.y"), json("[]"));
}

TEST(ExcerptTest, TakesADotAsPartOfANameToo) {
    EXPECT_EQ(excerpt_of("{}", R"({"a.b":1})", "a.b"), json(R"([{"path":["a.b"],"new":1}])"));
    EXPECT_EQ(excerpt_of("{}", R"({"a":{"b.c":1}})", "a.b.c"),
              json(R"([{"path":["a","b.c"],"new":1}])"));
}

TEST(ExcerptTest, OfAPointerHasItsNamesAlone) {
    auto const* after = R"({"a.b":1,"a":{"b":2},"/a":{"b":3}})";

    EXPECT_EQ(excerpt_of("{}", after, "/a.b"), json(R"([{"path":["a.b"],"new":1}])"));
    EXPECT_EQ(excerpt_of("{}", after, "/a/b"), json(R"([{"path":["a","b"],"new":2}])"));
    EXPECT_EQ(excerpt_of("{}", after, "/~1a"), json(R"([{"path":["/a"],"new":{"b":3}}])"));
    EXPECT_EQ(excerpt_of("{}", R"({"":1})", "/"), json(R"([{"path":[""],"new":1}])"));
    EXPECT_EQ(excerpt_of("{}", R"({"/a":1})", "/a"), json(R"([{"path":["/a"],"new":1}])"));
    EXPECT_EQ(excerpt_of(R"({"a":{"b":1,"c":1}})", R"({"a":{"b":2,"c":2}})", "/a/b"),
              json(R"([{"path":["a","b"],"old":1,"new":2}])"));
}

}  // namespace
}  // namespace settings
