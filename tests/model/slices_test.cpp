#include "model/slices.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

namespace settings {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::vector<std::string> cut(std::string_view text) {
    auto const found = members_in(text);
    if (!found) return {"broken"};
    std::vector<std::string> members;
    for (auto const& [name, value] : *found)
        members.push_back(std::string{name} + '=' + std::string{value});
    return members;
}

TEST(SlicesTest, CutsAnObjectIntoItsMembers) {
    EXPECT_THAT(cut("{}"), IsEmpty());
    EXPECT_THAT(cut(" { \"a\" : 1 ,\n\"b\":[1,{\"c\":2}] , \"d\":{\"e\":{}},\"f\":\"x\"} "),
                ElementsAre("\"a\"=1", "\"b\"=[1,{\"c\":2}]", "\"d\"={\"e\":{}}", "\"f\"=\"x\""));
}

TEST(SlicesTest, BracketsAndQuotesInStringsEndNothing) {
    EXPECT_THAT(cut(R"({"a}":"],}","b\"":["\"]","\\"],"c":"\\"})"),
                ElementsAre(R"("a}"="],}")", R"("b\""=["\"]","\\"])", R"("c"="\\")"));
}

TEST(SlicesTest, WhatCannotBeReadSpoilsNothingElse) {
    EXPECT_THAT(
        cut("{\"a\":\"\\ud83d\",\"b\":\"\xff\",\"c\":NaN,\"d\":1e999,\"a\":01}"),
        ElementsAre("\"a\"=\"\\ud83d\"", "\"b\"=\"\xff\"", "\"c\"=NaN", "\"d\"=1e999", "\"a\"=01"));
    std::string const deep = std::string(100'000, '[') + std::string(100'000, ']');
    EXPECT_THAT(cut("{\"a\":" + deep + ",\"b\":1}"), ElementsAre("\"a\"=" + deep, "\"b\"=1"));
}

TEST(SlicesTest, WithoutEndsThereIsNothingToCut) {
    for (std::string_view const text :
         {"", "[]", "1", "{", "{\"a\"", "{\"a\":", "{\"a\":}", "{\"a\":1", "{\"a\":1,}", "{a:1}",
          "{\"a\":[1}", "{\"a\":{]}", "{\"a\":\"x}", "{\"a\":\"\\\"}", "{\"a\":1}x", "{\"a\" 1}",
          "{\"a\":1 2}", "{\"a\\"})
        EXPECT_THAT(cut(text), ElementsAre("broken")) << text;
}

}  // namespace
}  // namespace settings
