#include "store/view.h"

#include <gtest/gtest.h>

namespace settings::store {
namespace {

std::string text_of(View const& view) {
    std::string text;
    view.append_to(text);
    return text;
}

LocalChange change(std::string key, std::string text) {
    return {std::move(key), std::make_shared<std::string>(std::move(text))};
}

TEST(ViewTest, ShowsTheCommittedDocument) {
    View view;
    EXPECT_EQ(text_of(view), "{}");

    view.apply({1, {change("b", "1"), change("a\"", R"({"x":2})")}});
    EXPECT_EQ(text_of(view), R"({"a\"":{"x":2},"b":1})");

    view.apply({2, {{"b", nullptr}, change("c", "3"), change("c", "4")}});
    EXPECT_EQ(text_of(view), R"({"a\"":{"x":2},"c":4})");
    EXPECT_EQ(view.revision(), 2);
}

TEST(ViewTest, AWholeDocumentReplacesWhatWasThere) {
    View view;
    view.apply({1, {change("a", "1")}});

    view.apply({.revision = 5, .changes = {change("b", "2")}, .whole = true});

    EXPECT_EQ(text_of(view), R"({"b":2})");
}

TEST(ViewTest, FindsAValueByDottedPath) {
    View view;
    view.apply({1, {change("a", R"({"b":{"c":1},"d.e":2})"), change("a.b", R"({"x":3})")}});

    EXPECT_EQ(view.find("a.b.c"), Json(1));
    EXPECT_EQ(view.find("a.b.x"), Json(3));
    EXPECT_EQ(view.find("a.d.e"), Json(2));
    EXPECT_EQ(view.find("a.b"), (Json{{"x", 3}}));
    EXPECT_EQ(view.find("a.b.nothing"), std::nullopt);
    EXPECT_EQ(view.find(""), std::nullopt);
}

TEST(ViewTest, WhatAPathCanLeadIntoIsEnoughToFindItsValue) {
    View view;
    view.apply({1,
                {change("a", R"({"b":{"c":1},"d.e":2})"), change("a.b", R"({"x":3})"),
                 change("ab", "4"), change("/a/b", "5"), change("b", "6")}});

    for (auto const* path : {"a.b.c", "a.b.x", "a.d.e", "a.b", "a.b.nothing", "", "/a/b", "/a/d.e",
                             "/ab", "/nothing", "b"}) {
        auto const part = view.along(path);
        EXPECT_EQ(part.find(path), view.find(path)) << path;
        EXPECT_EQ(part.tag(), view.tag());
    }
    EXPECT_EQ(view.along("a.b.c").size(), 2U);
    EXPECT_EQ(view.along("/a/b").size(), 2U);
    EXPECT_EQ(view.along("nothing").size(), 0U);
    EXPECT_EQ(view.along("b").bytes(), std::string{R"("b":6,)"}.size());
}

TEST(ViewTest, WhatWasTakenOfItStaysAsItWas) {
    View view;
    view.apply({1, {change("a", "1")}});
    auto const part = view.along("a");

    view.apply({2, {change("a", "2")}});

    EXPECT_EQ(part.find("a"), Json(1));
    EXPECT_EQ(part.revision(), 1);
}

}  // namespace
}  // namespace settings::store
