#include "model/values_in.h"

#include <gtest/gtest.h>

namespace settings {
namespace {

TEST(ValuesInTest, CountsValuesObjectsAndLists) {
    EXPECT_EQ(values_in("7"), 1U);
    EXPECT_EQ(values_in("[1,2,3]"), 4U);
    EXPECT_EQ(values_in(R"({"a":{"b":[]},"c":null})"), 5U);
}

TEST(ValuesInTest, WhatStandsInStringsDoesNotCount) {
    EXPECT_EQ(values_in(R"("a,b,[{\",,")"), 1U);
    EXPECT_EQ(values_in(R"({"a,":"\\","b":"\\\",","c":1})"), 4U);
}

TEST(ValuesInTest, ATextThatCannotBeReadIsCountedAllTheSame) {
    EXPECT_EQ(values_in(R"([1,2,"\)"), 4U);
    EXPECT_EQ(values_in(""), 1U);
}

}  // namespace
}  // namespace settings
