#include "store/view.h"

#include <gtest/gtest.h>

namespace settings::store {
namespace {

std::string text_of(View const& view) {
    std::string text;
    view.append_to(text);
    return text;
}

TEST(ViewTest, ShowsTheCommittedDocument) {
    View view;
    EXPECT_EQ(text_of(view), "{}");

    view.apply({1, {{"b", "1"}, {"a\"", R"({"x":2})"}}});
    EXPECT_EQ(text_of(view), R"({"a\"":{"x":2},"b":1})");

    view.apply({2, {{"b", std::nullopt}, {"c", "3"}, {"c", "4"}}});
    EXPECT_EQ(text_of(view), R"({"a\"":{"x":2},"c":4})");
    EXPECT_EQ(view.revision(), 2);
}

TEST(ViewTest, AWholeDocumentReplacesWhatWasThere) {
    View view;
    view.apply({1, {{"a", "1"}}});

    view.apply({.revision = 5, .changes = {{"b", "2"}}, .whole = true});

    EXPECT_EQ(text_of(view), R"({"b":2})");
}

TEST(ViewTest, FindsAValueByDottedPath) {
    View view;
    view.apply({1, {{"a", R"({"b":{"c":1},"d.e":2})"}, {"a.b", R"({"x":3})"}}});

    EXPECT_EQ(view.find("a.b.c"), Json(1));
    EXPECT_EQ(view.find("a.b.x"), Json(3));
    EXPECT_EQ(view.find("a.d.e"), Json(2));
    EXPECT_EQ(view.find("a.b"), (Json{{"x", 3}}));
    EXPECT_EQ(view.find("a.b.nothing"), std::nullopt);
    EXPECT_EQ(view.find(""), std::nullopt);
}

}  // namespace
}  // namespace settings::store
