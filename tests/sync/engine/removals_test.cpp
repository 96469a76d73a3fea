#include "sync/engine/removals.h"

#include <gtest/gtest.h>

namespace settings::sync {
namespace {

Pending removal(std::string key) { return {std::move(key), {}, Json(1)}; }

Failure refusal(std::string words) { return {Fault::refused, std::move(words), 400}; }

TEST(RemovalsTest, GivesUpAfterTwoTimesWithTheLastWords) {
    Removals removals;
    EXPECT_FALSE(removals.hopeless(removal("a")));
    EXPECT_FALSE(removals.has_answer_for(removal("a")));

    removals.accepted({removal("a")});
    EXPECT_TRUE(removals.has_answer_for(removal("a")));
    EXPECT_FALSE(removals.hopeless(removal("a")));

    removals.refused({removal("a")}, refusal("second"));
    ASSERT_TRUE(removals.hopeless(removal("a")));
    EXPECT_EQ(removals.hopeless(removal("a"))->message, "second");
    EXPECT_EQ(removals.hopeless(removal("a"))->status, 400U);
}

TEST(RemovalsTest, CountsSeveralAttemptsAtOnce) {
    Removals removals;

    removals.refused({removal("a")}, refusal("no"), 2);

    EXPECT_TRUE(removals.hopeless(removal("a")));
}

TEST(RemovalsTest, TellsWhichOnesTheServerAccepted) {
    Removals removals;
    removals.accepted({removal("a")});
    removals.refused({removal("b")}, refusal("no"));

    auto const taken = removals.take_accepted({removal("a"), removal("b"), removal("c")});

    ASSERT_EQ(taken.size(), 1U);
    EXPECT_EQ(taken.front().key, "a");
    EXPECT_FALSE(removals.has_answer_for(removal("a")));
    EXPECT_TRUE(removals.has_answer_for(removal("b")));
}

TEST(RemovalsTest, HasTheServersAnswerToWhatItRefused) {
    Removals removals;
    removals.accepted({removal("a")});
    removals.refused({removal("b")}, refusal("locked"));

    EXPECT_FALSE(removals.refusal_of({removal("a"), removal("c")}));
    ASSERT_TRUE(removals.refusal_of({removal("a"), removal("b")}));
    EXPECT_EQ(removals.refusal_of({removal("b")})->message, "locked");
    EXPECT_EQ(removals.refusal_of({removal("b")})->fault, Fault::refused);
}

TEST(RemovalsTest, WhatWasAcceptedTwiceAndStandsThereIsHopeless) {
    Removals removals;
    removals.accepted({removal("a")}, 2);

    ASSERT_TRUE(removals.hopeless(removal("a")));
    EXPECT_EQ(removals.hopeless(removal("a"))->status, 200U);
}

TEST(RemovalsTest, CountsOnlyWhatRemovesSomething) {
    Removals removals;
    Pending const set{"a", Json(2), Json(1)};
    Pending const inside{"b", Json{{"x", 1}}, Json{{"x", 1}, {"y", 1}}};

    removals.accepted({set, inside});

    EXPECT_FALSE(removals.has_answer_for(set));
    EXPECT_TRUE(removals.has_answer_for(inside));
}

/// It was carried out, and another device has changed the rest meanwhile.
TEST(RemovalsTest, AValueThatRemovesNothingAnyMoreIsAnotherCase) {
    Removals removals;
    Pending const due{"a", Json{{"x", 1}}, Json{{"x", 1}, {"y", 1}}};
    Pending const done{"a", Json{{"x", 1}}, Json{{"x", 2}}};

    removals.accepted({due});
    removals.accepted({due});

    EXPECT_FALSE(removals.has_answer_for(done));
    EXPECT_FALSE(removals.hopeless(done));
    EXPECT_TRUE(removals.hopeless(due));
}

TEST(RemovalsTest, AnotherValueIsAnotherCase) {
    Removals removals;
    Pending const one{"a", Json{{"x", 1}}, Json{{"x", 1}, {"y", 1}}};
    Pending const other{"a", Json{{"x", 2}}, Json{{"x", 1}, {"y", 1}}};
    removals.accepted({one});

    removals.accepted({other});

    EXPECT_FALSE(removals.has_answer_for(one));
    EXPECT_TRUE(removals.has_answer_for(other));
    EXPECT_FALSE(removals.hopeless(other));
}

TEST(RemovalsTest, AnUnclearPathIsHopelessAtOnce) {
    auto pending = removal("a.b");
    pending.unclear = "a.b";

    auto const words = Removals{}.hopeless(pending);

    ASSERT_TRUE(words);
    EXPECT_NE(words->message.find("\"a.b\""), std::string::npos);
    pending.in_the_way = "org.a";
    EXPECT_NE(Removals{}.hopeless(pending)->message.find("before \"/org.a\" is gone as a whole"),
              std::string::npos)
        << "and says how it can be removed all the same";
}

TEST(RemovalsTest, ForgetsOneOrAll) {
    Removals removals;
    removals.accepted({removal("a"), removal("b"), removal("c")});

    removals.forget("a");
    EXPECT_FALSE(removals.has_answer_for(removal("a")));
    EXPECT_TRUE(removals.has_answer_for(removal("b")));

    removals.clear();
    EXPECT_FALSE(removals.has_answer_for(removal("b")));
}

}  // namespace
}  // namespace settings::sync
