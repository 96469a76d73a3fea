#include "ipc/condition.h"

#include <gtest/gtest.h>

namespace settings::ipc {
namespace {

using enum Condition::Outcome;

constexpr std::nullopt_t absent = std::nullopt;

Condition::Present const seven{{"7"}};

TEST(ConditionTest, HoldsWithoutAField) {
    EXPECT_EQ(Condition{}.of(seven), holds);
    EXPECT_EQ(Condition(absent, absent).of(seven), holds);
}

TEST(ConditionTest, IfMatchWantsOneOfItsTagsAndComparesStrongly) {
    for (auto const* field :
         {R"("7")", R"("3", "7")", R"( "3" ,, "7" )", R"(W/"7","7")", "*", " * ", R"("a,b","7")"})
        EXPECT_EQ(Condition(field, absent).of(seven), holds) << field;
    for (auto const* field :
         {R"("8")", R"(W/"7")", R"("3", "8")", R"("x")", R"("")", R"("07")", R"("7,")", R"(w/"7")"})
        EXPECT_EQ(Condition(field, absent).of(seven), failed) << field;
}

TEST(ConditionTest, IfNoneMatchWantsNoneOfItsTagsAndComparesWeakly) {
    for (auto const* field : {R"("7")", R"(W/"7")", R"("3","7")", R"("x", W/"7")", "*"})
        EXPECT_EQ(Condition(absent, field).of(seven), matched) << field;
    for (auto const* field : {R"("8")", R"(W/"8")", R"("x")", R"("")", R"("007")"})
        EXPECT_EQ(Condition(absent, field).of(seven), holds) << field;
}

TEST(ConditionTest, WhatIsNoListOfTagsIsNoTagOfTheDocument) {
    for (auto const* field :
         {"", "7", R"("7)", R"(7")", R"("7"x)", R"("7" "8")", "**", R"(*,"7")", R"(W/7)", ","}) {
        EXPECT_EQ(Condition(field, absent).of(seven), failed) << field;
        EXPECT_EQ(Condition(absent, field).of(seven), holds) << field;
    }
}

TEST(ConditionTest, AnyOfTheTagsOfWhatIsThereNamesIt) {
    Condition::Present const both{{"7", "v"}};
    for (auto const* field : {R"("7")", R"("v")", R"("3", "v")", "*"}) {
        EXPECT_EQ(Condition(field, absent).of(both), holds) << field;
        EXPECT_EQ(Condition(absent, field).of(both), matched) << field;
    }
    EXPECT_EQ(Condition(absent, R"(W/"v")").of(both), matched);
    EXPECT_EQ(Condition(R"(W/"v")", absent).of(both), failed);
    EXPECT_EQ(Condition(R"("w")", absent).of(both), failed);
}

TEST(ConditionTest, AStarStandsForWhatThereIsAndForNothingElse) {
    Condition::Present const nothing{{"7"}, false};

    EXPECT_EQ(Condition("*", absent).of(nothing), failed);
    EXPECT_EQ(Condition(absent, "*").of(nothing), holds);
    EXPECT_EQ(Condition(R"("7")", absent).of(nothing), holds);
    EXPECT_EQ(Condition(R"("7")", "*").of(nothing), holds);
}

TEST(ConditionTest, IfMatchComesFirst) {
    EXPECT_EQ(Condition(R"("8")", R"("7")").of(seven), failed);
    EXPECT_EQ(Condition(R"("7")", R"("7")").of(seven), matched);
    EXPECT_EQ(Condition(R"("7")", R"("8")").of(seven), holds);
}

}  // namespace
}  // namespace settings::ipc
