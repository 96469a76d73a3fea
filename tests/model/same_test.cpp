#include "model/same.h"

#include <gtest/gtest.h>

namespace settings {
namespace {

Json read(std::string_view text) { return parse_json(text).value(); }

/// Whether two texts say the same, whichever comes first and however deep it stands.
bool are_same(std::string const& a, std::string const& b) {
    bool const says_so = same(read(a), read(b));
    EXPECT_EQ(same(read(b), read(a)), says_so) << a << " " << b;
    for (auto const& [before, after] : {std::pair{"[0,", "]"}, {R"({"a":{"b":)", "}}"}})
        EXPECT_EQ(same(read(before + a + after), read(before + b + after)), says_so)
            << a << " " << b;
    return says_so;
}

TEST(SameTest, IntegersAreComparedByTheirValueWhateverTheirSign) {
    EXPECT_FALSE(are_same("-1", "18446744073709551615"));
    EXPECT_FALSE(are_same("-9223372036854775808", "9223372036854775808"));
    EXPECT_FALSE(are_same("9007199254740993", "9007199254740992"));
    EXPECT_TRUE(are_same("18446744073709551615", "18446744073709551615"));
    EXPECT_TRUE(same(Json(std::int64_t{5}), Json(std::uint64_t{5})));
    EXPECT_FALSE(same(Json(std::int64_t{-5}), Json(std::uint64_t{5})));
}

TEST(SameTest, AnIntegerIsTheSameAsADoubleOnlyIfThatIsExactlyIt) {
    EXPECT_TRUE(are_same("9007199254740992", "9007199254740992.0"));
    EXPECT_FALSE(are_same("9007199254740993", "9007199254740992.0"));
    EXPECT_FALSE(are_same("18446744073709551615", "18446744073709551616.0"));
    EXPECT_FALSE(are_same("9223372036854775807", "9223372036854775808.0"));
    EXPECT_TRUE(are_same("-9223372036854775808", "-9223372036854775808.0"));
    EXPECT_TRUE(are_same("9223372036854775808", "9223372036854775808.0"));
    EXPECT_FALSE(are_same("1", "1.5"));
    EXPECT_FALSE(are_same("-1", "1e300"));
    EXPECT_TRUE(are_same("1", "1.0"));
}

TEST(SameTest, ValuesOfDifferentKindsAreDifferent) {
    std::vector<std::string> const kinds{"null", "false", "0", "\"\"", "[]", "{}"};
    for (auto const& one : kinds)
        for (auto const& other : kinds) EXPECT_EQ(are_same(one, other), one == other);
}

TEST(SameTest, ObjectsAndArraysAreComparedDeeply) {
    EXPECT_TRUE(are_same(R"({"b":[1,{"c":2.0}],"a":"x"})", R"({"a":"x","b":[1.0,{"c":2}]})"));
    EXPECT_FALSE(are_same(R"({"a":1})", R"({"a":1,"b":1})"));
    EXPECT_FALSE(are_same(R"({"a":1})", R"({"b":1})"));
    EXPECT_FALSE(are_same("[1,2]", "[2,1]"));
    EXPECT_FALSE(are_same("[1]", "[1,1]"));
}

TEST(SameTest, WhatIsAbsentIsTheSameAsNothingElse) {
    std::optional<Json> const absent;
    EXPECT_TRUE(same(absent, absent));
    EXPECT_FALSE(same(absent, std::optional<Json>{nullptr}));
    EXPECT_FALSE(same(std::optional<Json>{0}, absent));
}

}  // namespace
}  // namespace settings
