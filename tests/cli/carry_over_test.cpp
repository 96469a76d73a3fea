#include "cli/carry_over.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "cli/difference.h"
#include "cli/usage_error.h"

namespace settings::cli {
namespace {

/// What comes of it where a person made `wanted` of what they saw, and another app made `there` of
/// it meanwhile.
std::string carried(Json const& seen, Json const& wanted, Json there) try {
    carry_over(difference(seen, wanted), there);
    return there.dump();
} catch (UsageError const& error) {
    return error.what();
}

Json json(char const* text) { return Json::parse(text); }

TEST(CarryOverTest, WhatBothChangedElsewhereIsKept) {
    EXPECT_EQ(carried(json(R"({"a":1,"b":1})"), json(R"({"a":2,"b":1})"), json(R"({"a":1,"b":3})")),
              R"({"a":2,"b":3})");
}

TEST(CarryOverTest, ARemovalTakesAwayWhatWasSeenAndNoMore) {
    auto const seen = json(R"({"o":{"a":1,"p":{"x":1}}})");

    EXPECT_EQ(carried(seen, json("{}"), seen), "{}");
    EXPECT_EQ(carried(seen, json("{}"), json(R"({"o":{"a":1,"b":2,"p":{"x":1}}})")),
              R"({"o":{"b":2}})");
    EXPECT_EQ(carried(seen, json("{}"), json(R"({"o":{"a":3,"p":{"x":1,"y":1}}})")),
              R"({"o":{"p":{"y":1}}})");
    EXPECT_EQ(carried(seen, json("{}"), json(R"({"o":5})")), "{}");
    EXPECT_EQ(carried(seen, json("{}"), json(R"({"n":1})")), R"({"n":1})");
    EXPECT_EQ(carried(json(R"({"a":1})"), json("{}"), json(R"({"a":{"new":1}})")),
              R"({"a":{"new":1}})");
    EXPECT_EQ(carried(json(R"({"o":{}})"), json("{}"), json(R"({"o":{}})")), "{}");
}

TEST(CarryOverTest, NothingIsPutOverWhatAnotherAppWroteInside) {
    auto const refused = testing::HasSubstr("\"o\" cannot be put in its place: another app has");
    auto const seen = json(R"({"o":{"a":1}})");

    EXPECT_EQ(carried(seen, json(R"({"o":"text"})"), seen), R"({"o":"text"})");
    EXPECT_THAT(carried(seen, json(R"({"o":"text"})"), json(R"({"o":{"a":1,"b":2}})")), refused);
    EXPECT_THAT(carried(json(R"({"o":1})"), json(R"({"o":2})"), json(R"({"o":{"b":2}})")), refused);
    EXPECT_THAT(carried(json("{}"), json(R"({"o":2})"), json(R"({"o":{"b":2}})")), refused);
    EXPECT_EQ(carried(json("{}"), json(R"({"o":{}})"), json(R"({"o":{"b":2}})")),
              R"({"o":{"b":2}})");
    EXPECT_EQ(carried(json("{}"), json(R"({"o":{"a":1}})"), json(R"({"o":{"b":2}})")),
              R"({"o":{"a":1,"b":2}})");
}

TEST(CarryOverTest, WhatHasNoPlaceAnyMoreIsRefused) {
    EXPECT_THAT(carried(json(R"({"o":{"a":1}})"), json(R"({"o":{"a":2}})"), json(R"({"o":5})")),
                testing::HasSubstr("\"o.a\" has no place any more"));
}

}  // namespace
}  // namespace settings::cli
