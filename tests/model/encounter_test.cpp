#include "model/encounter.h"

#include <gtest/gtest.h>

#include "tests/support/json.h"

namespace settings {
namespace {

Encounter compared(std::string_view ours, std::string_view theirs) {
    return encounter_of(Encounter::Kind::first, json(ours), json(theirs));
}

TEST(EncounterTest, CountsLeavesByWhoHasThem) {
    auto const found = compared(R"({"theme":"light","font":{"size":10,"bold":true},"mine":{}})",
                                R"({"theme":"dark","font":{"size":14},"a":{"b":1,"c":{"d":2}}})");

    EXPECT_EQ(found.differ, 2U);
    EXPECT_EQ(found.only_there, 2U);
    EXPECT_EQ(found.only_here, 2U);
    EXPECT_EQ(found.keys, (std::vector<std::string>{"a", "font", "mine", "theme"}));
    ASSERT_EQ(found.examples.size(), 2U);
    EXPECT_EQ(found.examples[0], (Encounter::Difference{{"font", "size"}, json("10"), json("14")}));
    EXPECT_EQ(found.examples[1],
              (Encounter::Difference{{"theme"}, json(R"("light")"), json(R"("dark")")}));
}

TEST(EncounterTest, NamesAFewOfWhatOnlyThisDeviceHas) {
    auto const found = compared(R"({"font":{"size":10,"bold":true},"mine":{"a":1,"b":2},"x":1})",
                                R"({"font":{"size":10},"x":2,"theirs":1})");

    EXPECT_EQ(found.examples_here, (std::vector<Path>{{"font", "bold"}, {"mine"}}));

    Json ours = Json::object();
    for (int number = 100; number < 150; ++number) ours[std::to_string(number)] = 1;
    auto const many = encounter_of(Encounter::Kind::first, ours, Json::object());
    EXPECT_EQ(many.only_here, 50U);
    EXPECT_EQ(many.examples_here.size(), 20U);
}

TEST(EncounterTest, WhatIsEqualIsNotCounted) {
    EXPECT_EQ(compared(R"({"a":1,"b":{"c":[1]}})", R"({"a":1,"b":{"c":[1]}})"),
              Encounter{Encounter::Kind::first});
}

TEST(EncounterTest, AnObjectAgainstAValueIsOneDifference) {
    auto const found = compared(R"({"a":{"b":1,"c":2}})", R"({"a":7})");

    EXPECT_EQ(found.differ, 1U);
    EXPECT_EQ(found.only_here + found.only_there, 0U);
}

TEST(EncounterTest, ShowsAFewDifferencesAndNoLongValue) {
    Json ours = Json::object();
    Json theirs = Json::object();
    for (int number = 100; number < 150; ++number) {
        ours[std::to_string(number)] = std::string(1'000, 'x');
        theirs[std::to_string(number)] = "short";
    }

    auto const found = encounter_of(Encounter::Kind::account, ours, theirs);

    EXPECT_EQ(found.differ, 50U);
    ASSERT_EQ(found.examples.size(), 20U);
    EXPECT_EQ(found.examples[0], (Encounter::Difference{{"100"}, std::nullopt, Json("short")}));
}

TEST(EncounterTest, AWordOfAPersonHasAName) {
    for (auto const meeting : {Meeting::hold, Meeting::merge, Meeting::account, Meeting::device})
        EXPECT_EQ(meeting_named(name_of(meeting)), meeting);
    EXPECT_EQ(meeting_named("theirs"), std::nullopt);
}

}  // namespace
}  // namespace settings
