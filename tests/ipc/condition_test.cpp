#include "ipc/condition.h"

#include <gtest/gtest.h>

namespace settings::ipc {
namespace {

using enum Condition::Outcome;

constexpr std::nullopt_t absent = std::nullopt;

TEST(ConditionTest, HoldsWithoutAField) {
    EXPECT_EQ(Condition{}.of("7"), holds);
    EXPECT_EQ(Condition(absent, absent).of("7"), holds);
}

TEST(ConditionTest, IfMatchWantsOneOfItsTagsAndComparesStrongly) {
    for (auto const* field :
         {R"("7")", R"("3", "7")", R"( "3" ,, "7" )", R"(W/"7","7")", "*", " * ", R"("a,b","7")"})
        EXPECT_EQ(Condition(field, absent).of("7"), holds) << field;
    for (auto const* field :
         {R"("8")", R"(W/"7")", R"("3", "8")", R"("x")", R"("")", R"("07")", R"("7,")", R"(w/"7")"})
        EXPECT_EQ(Condition(field, absent).of("7"), failed) << field;
}

TEST(ConditionTest, IfNoneMatchWantsNoneOfItsTagsAndComparesWeakly) {
    for (auto const* field : {R"("7")", R"(W/"7")", R"("3","7")", R"("x", W/"7")", "*"})
        EXPECT_EQ(Condition(absent, field).of("7"), matched) << field;
    for (auto const* field : {R"("8")", R"(W/"8")", R"("x")", R"("")", R"("007")"})
        EXPECT_EQ(Condition(absent, field).of("7"), holds) << field;
}

TEST(ConditionTest, WhatIsNoListOfTagsIsNoTagOfTheDocument) {
    for (auto const* field :
         {"", "7", R"("7)", R"(7")", R"("7"x)", R"("7" "8")", "**", R"(*,"7")", R"(W/7)", ","}) {
        EXPECT_EQ(Condition(field, absent).of("7"), failed) << field;
        EXPECT_EQ(Condition(absent, field).of("7"), holds) << field;
    }
}

TEST(ConditionTest, IfMatchComesFirst) {
    EXPECT_EQ(Condition(R"("8")", R"("7")").of("7"), failed);
    EXPECT_EQ(Condition(R"("7")", R"("7")").of("7"), matched);
    EXPECT_EQ(Condition(R"("7")", R"("8")").of("7"), holds);
}

}  // namespace
}  // namespace settings::ipc
