#include "model/texts.h"

#include <gtest/gtest.h>

#include "tests/support/json.h"

namespace settings {
namespace {

Json const document = json(R"({"b":{"z":1.5,"a":[true,null,{}]},"a":"ä \" \\","":0})");

TEST(TextsTest, AreTheDocumentInAnotherForm) {
    Texts const texts = document;

    EXPECT_EQ(texts.tree(), document);
    EXPECT_EQ(texts.text(), to_text(document));
    EXPECT_EQ(texts.size(), 3U);
    EXPECT_FALSE(texts.empty());
}

TEST(TextsTest, ADocumentWithoutSettingsIsAnObject) {
    EXPECT_EQ(Texts{}.text(), "{}");
    EXPECT_EQ(Texts{}.tree(), Json::object());
    EXPECT_EQ(Texts{}, Texts{Json::object()});
    EXPECT_TRUE(Texts{}.empty());
}

TEST(TextsTest, WhatIsNoObjectIsNoDocument) {
    EXPECT_THROW(Texts{Json{1}}, Json::exception);
    EXPECT_THROW(Texts{Json{}}, Json::exception);
}

TEST(TextsTest, EachKeyHasItsValue) {
    Texts const texts = document;

    EXPECT_EQ(texts.value("b"), document["b"]);
    EXPECT_EQ(texts.value("c"), std::nullopt);
    ASSERT_NE(texts.find("b"), nullptr);
    EXPECT_EQ(*texts.find("b"), R"({"a":[true,null,{}],"z":1.5})");
    EXPECT_EQ(texts.find("c"), nullptr);
    EXPECT_TRUE(texts.contains(""));
    EXPECT_FALSE(texts.contains("c"));
}

TEST(TextsTest, AValueTakesThePlaceOfTheFormerOne) {
    Texts texts = document;
    texts.set("b", 2);
    texts.set("c", nullptr);
    texts.remove("a");
    texts.remove("never there");

    EXPECT_EQ(texts, (Texts{{{"b", 2}, {"c", nullptr}, {"", 0}}}));
}

TEST(TextsTest, KeysComeInOrder) {
    std::string keys;
    for (auto const& [key, text] : Texts{document}) keys += '<' + key + '>';

    EXPECT_EQ(keys, "<><a><b>");
}

}  // namespace
}  // namespace settings
