#include "cli/difference.h"

#include <gtest/gtest.h>

#include "cli/difference_text.h"

namespace settings::cli {
namespace {

std::string told(Json const& before, Json const& after) {
    return difference_text(difference(before, after), Style::plain);
}

TEST(DifferenceTest, NamesEachSettingThatIsNotAsItWas) {
    Json const before = {{"theme", "dark"}, {"volume", 1}, {"panel", {{"side", "left"}, {"x", 1}}}};
    Json const after = {{"theme", "light"}, {"font", "Inter"}, {"panel", {{"side", "left"}}}};

    EXPECT_EQ(told(before, after),
              "+ font = \"Inter\"\n"
              "- panel.x = 1\n"
              "~ theme: \"dark\" -> \"light\"\n"
              "- volume = 1\n");
    EXPECT_EQ(told(before, before), "");
}

TEST(DifferenceTest, ArraysAreWholeValues) {
    EXPECT_EQ(told({{"tags", {1, 2}}}, {{"tags", {1, 3}}}), "~ tags: [1,2] -> [1,3]\n");
}

TEST(DifferenceTest, ANumberIsTheSameHoweverItIsWritten) {
    EXPECT_EQ(told({{"a", 1}}, {{"a", 1.0}}), "");
}

TEST(DifferenceTest, ARemovedObjectIsOneChangeAndAnAddedOneIsItsLeaves) {
    Json const object = {{"a", {{"b", 1}, {"c", Json::object()}}}};

    EXPECT_EQ(told(object, Json::object()), "- a = {\"b\":1,\"c\":{}}\n");
    EXPECT_EQ(told(Json::object(), object), "+ a.b = 1\n+ a.c = {}\n");
}

TEST(DifferenceTest, WhatBecomesAnObjectOrCeasesToBeOneIsReplaced) {
    EXPECT_EQ(told({{"a", 1}}, {{"a", {{"b", 1}}}}), "~ a: 1 -> {\"b\":1}\n");
    EXPECT_EQ(told({{"a", {{"b", 1}}}}, {{"a", nullptr}}), "~ a: {\"b\":1} -> null\n");
}

TEST(DifferenceTest, MakesTheOneDocumentTheOther) {
    std::vector<Json> const documents{
        Json::object(),
        {{"a", 1}},
        {{"a", {{"b", 1}, {"c", {{"d", 1}}}}}, {"x.y", 2}},
        {{"a", {{"b", 2}, {"e", Json::object()}}}, {"x", {{"y", 2}}}},
        {{"a", {{"c", {1, 2}}}}},
        {{"a", nullptr}, {"x.y", {1}}},
    };
    for (auto const& before : documents)
        for (auto const& after : documents) {
            Json document = before;
            apply_changes(document, difference(before, after));
            EXPECT_EQ(document, after) << "from " << before;
        }
}

TEST(DifferenceTest, LeavesAloneWhatItDoesNotName) {
    auto const changes =
        difference({{"gone", {{"a", 1}}}, {"odd", 1}}, {{"odd", {{"b", 1}}}, {"new", {{"c", 1}}}});
    Json document = {{"new", {{"other", 1}}}, {"gone", 7}, {"odd", "else"}, {"kept", true}};

    apply_changes(document, changes);

    EXPECT_EQ(document,
              Json({{"new", {{"other", 1}, {"c", 1}}}, {"odd", {{"b", 1}}}, {"kept", true}}));
}

TEST(DifferenceTest, ProgramsGetEveryValueWhole) {
    std::string const text(500, 'x');
    auto const changes = difference({{"a.b", {{"c", 1}}}}, {{"a.b", {{"c", 2}}}, {"t", text}});

    EXPECT_EQ(Json::parse(difference_text(changes, Style::json)),
              Json({{{"path", "a.b.c"}, {"names", {"a.b", "c"}}, {"old", 1}, {"new", 2}},
                    {{"path", "t"}, {"new", text}}}));
    EXPECT_LT(difference_text(changes, Style::plain).size(), 200U);
    EXPECT_TRUE(difference_text(changes, Style::plain).starts_with("~ /a.b/c: 1 -> 2\n"));
}

TEST(DifferenceTest, ColoursTellWhatComesAndGoes) {
    auto const text = difference_text(difference({{"a", 1}}, {{"b", 1}}), Style::colours);

    EXPECT_EQ(text, "\033[31m- a = 1\033[0m\n\033[32m+ b = 1\033[0m\n");
}

}  // namespace
}  // namespace settings::cli
