#include "store/agreement.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/support/json.h"

namespace settings::store {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using State = SentValue::State;

class AgreementTest : public testing::Test {
  protected:
    /// What becomes of the key "a"; no value means that it is absent.
    static Agreement agree(std::optional<Json> local, std::optional<Json> mirror,
                           std::optional<Json> theirs, std::vector<SentValue> sent = {},
                           Winner winner = Winner::local) {
        return agree_on(
            {"a", {std::move(local), std::move(mirror)}, std::move(theirs), std::move(sent)}, now,
            winner);
    }

    /// A value of ours that came into its state a minute ago.
    static SentValue sent(State state, std::optional<Json> before, std::optional<Json> value) {
        return {state, std::move(before), std::move(value), now - 1min};
    }

    static constexpr Time now = 5h;
};

TEST_F(AgreementTest, WithoutRequestsOfOursItIsTheMergeOnTheMirror) {
    auto const agreed =
        agree(json(R"({"x":1,"y":2})"), json(R"({"x":1,"y":1})"), json(R"({"x":3})"));

    EXPECT_EQ(agreed.merged, json(R"({"x":3,"y":2})"));
    EXPECT_THAT(agreed.conflicts, ElementsAre(Conflict{{"a", "y"}, 1, 2, std::nullopt}));
    EXPECT_TRUE(agreed.by_others);
    EXPECT_FALSE(agreed.defended);
}

TEST_F(AgreementTest, WhatIsOnItsWayIsOursWithoutAConflict) {
    auto const agreed = agree(3, 1, 2, {sent(State::flying, 1, 2)}, Winner::remote);

    EXPECT_EQ(agreed.merged, 3);
    EXPECT_THAT(agreed.conflicts, IsEmpty());
    EXPECT_FALSE(agreed.by_others);
}

TEST_F(AgreementTest, WhatComesLateIsOverruledAndToldAsAConflict) {
    for (auto const state : {State::lost, State::superseded}) {
        auto const agreed = agree(3, 3, 2, {sent(state, 1, 2)});

        EXPECT_EQ(agreed.merged, 3);
        EXPECT_THAT(agreed.conflicts, ElementsAre(Conflict{{"a"}, 3, 3, 2, Winner::local}));
        EXPECT_FALSE(agreed.defended);
    }
}

TEST_F(AgreementTest, AnObjectThatIsBackAtWhatWeReplacedIsDefendedOnce) {
    Json const before{{"x", 1}};
    Json const ours{{"x", 2}};
    auto accepted = sent(State::accepted, before, ours);

    auto const first = agree(ours, ours, before, {accepted});
    EXPECT_EQ(first.merged, ours);
    EXPECT_TRUE(first.defended);
    EXPECT_THAT(first.conflicts, ElementsAre(Conflict{{"a", "x"}, 2, 2, 1, Winner::local}));

    accepted.again = true;
    auto const second = agree(ours, ours, before, {accepted});
    EXPECT_EQ(second.merged, before);
    EXPECT_FALSE(second.defended);
    EXPECT_THAT(second.conflicts, ElementsAre(Conflict{{"a", "x"}, 2, 2, 1, Winner::remote}));
}

TEST_F(AgreementTest, APendingEditThatLosesIsAConflictBesideTheLeafThatIsDefended) {
    Json const before{{"x", 1}, {"y", 1}};
    Json const mirror{{"x", 2}, {"y", 1}};
    Json const ours{{"x", 2}, {"y", 2}};
    Json const theirs{{"x", 1}, {"y", 3}};

    auto const agreed =
        agree(ours, mirror, theirs, {sent(State::accepted, before, mirror)}, Winner::remote);

    EXPECT_EQ(agreed.merged, json(R"({"x":2,"y":3})"));
    EXPECT_THAT(agreed.conflicts, ElementsAre(Conflict{{"a", "y"}, 1, 2, 3, Winner::remote},
                                              Conflict{{"a", "x"}, 2, 2, 1, Winner::local}));
}

/// Whoever restores it gets back all that was overruled, not a part.
TEST_F(AgreementTest, AKeyThatIsOverruledForTwoReasonsIsOneConflict) {
    Json const theirs{{"x", 1}, {"y", 1}};

    auto const agreed = agree(std::nullopt, std::nullopt, theirs,
                              {sent(State::lost, std::nullopt, json(R"({"x":1})")),
                               sent(State::accepted, json(R"({"y":1})"), std::nullopt)});

    EXPECT_EQ(agreed.merged, std::nullopt);
    EXPECT_THAT(agreed.conflicts,
                ElementsAre(Conflict{{"a"}, std::nullopt, std::nullopt, theirs, Winner::local}));
}

}  // namespace
}  // namespace settings::store
