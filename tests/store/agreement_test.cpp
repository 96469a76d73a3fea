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

    /// A value of ours that came into its state so long ago that no replica lags so far behind.
    static SentValue sent(State state, std::optional<Json> before, std::optional<Json> value,
                          Time age = 3min) {
        return {state, std::move(before), std::move(value), now - age};
    }

    static constexpr Time now = 5h;
};

TEST_F(AgreementTest, WithoutRequestsOfOursItIsTheMergeOnTheMirror) {
    auto const agreed =
        agree(json(R"({"x":1,"y":2})"), json(R"({"x":1,"y":1})"), json(R"({"x":3})"));

    EXPECT_EQ(agreed.merged, json(R"({"x":3,"y":2})"));
    EXPECT_THAT(agreed.conflicts, ElementsAre(Conflict{{"a", "y"}, 1, 2, std::nullopt}));
    EXPECT_FALSE(agreed.defended);
}

TEST_F(AgreementTest, WhatIsOnItsWayIsOursWithoutAConflict) {
    auto const agreed = agree(3, 1, 2, {sent(State::flying, 1, 2)}, Winner::remote);

    EXPECT_EQ(agreed.merged, 3);
    EXPECT_THAT(agreed.conflicts, IsEmpty());
}

TEST_F(AgreementTest, WhatComesLateIsOverruledAndToldAsAConflict) {
    auto newest = sent(State::accepted, 2, 3);
    newest.seen = true;
    for (auto const state : {State::lost, State::superseded}) {
        auto const agreed = agree(3, 3, 2, {sent(state, 1, 2), newest});

        EXPECT_EQ(agreed.merged, 3);
        EXPECT_THAT(agreed.conflicts, ElementsAre(Conflict{{"a"}, 3, 3, 2, Winner::local}));
        EXPECT_FALSE(agreed.defended);
    }
}

TEST_F(AgreementTest, AnOlderValueOfOursIsStillThereWhereTheNewestWasNeverSeen) {
    auto older = sent(State::superseded, 1, 2);
    auto newest = sent(State::accepted, 2, 3);

    auto const first = agree(3, 3, 2, {older, newest});
    EXPECT_EQ(first.merged, 3);
    EXPECT_TRUE(first.defended) << "sent once more";

    older.again = newest.again = true;
    EXPECT_TRUE(agree(3, 3, 2, {older, newest}).not_kept);
}

TEST_F(AgreementTest, AnObjectThatIsBackAtWhatWeReplacedIsDefendedOnce) {
    Json const before{{"x", 1}};
    Json const ours{{"x", 2}};
    auto accepted = sent(State::accepted, before, ours);

    auto const first = agree(ours, ours, before, {accepted});
    EXPECT_EQ(first.merged, ours);
    EXPECT_TRUE(first.defended);
    EXPECT_THAT(first.conflicts, ElementsAre(Conflict{{"a", "x"}, 2, 2, 1, Winner::local}));

    accepted.again = accepted.seen = true;
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

// What the server accepted and does not show ------------------------------------------------------

/// One device may have changed it there and back: what a replica shows is then a value of its own
/// whose answer was lost, too.
TEST_F(AgreementTest, WhatAReplicaMayLagBehindIsNobodysConflict) {
    auto const agreed = agree(3, 3, 1,
                              {sent(State::superseded, 2, 1, 2s), sent(State::lost, 2, 1, 3s),
                               sent(State::accepted, 1, 3, 1s)});

    EXPECT_EQ(agreed.merged, 3);
    EXPECT_THAT(agreed.conflicts, IsEmpty());
}

TEST_F(AgreementTest, WhatAReplicaMayLagBehindIsNeitherTakenOverNorSent) {
    for (auto const& before : {std::optional<Json>{}, std::optional<Json>{1}}) {
        auto const agreed = agree(2, 2, before, {sent(State::accepted, before, 2, 30s)});

        EXPECT_EQ(agreed.merged, 2);
        EXPECT_EQ(agreed.mirror, 2);
        EXPECT_TRUE(agreed.unseen);
        EXPECT_FALSE(agreed.defended || agreed.not_kept);
        EXPECT_EQ(agreed.look_again, now + 30s);
        EXPECT_THAT(agreed.conflicts, IsEmpty());
    }
}

TEST_F(AgreementTest, LooksAgainSoonAndAtLastWhenNoReplicaIsSoFarBehind) {
    auto const looks_again_after = [](Time age) {
        return *agree(2, 2, 1, {sent(State::accepted, 1, 2, age)}).look_again - now;
    };

    EXPECT_EQ(looks_again_after(0s), 5s);
    EXPECT_EQ(looks_again_after(20s), 20s);
    EXPECT_EQ(looks_again_after(80s), 40s);
}

TEST_F(AgreementTest, ALaggingReplicaMayShowAnyOfSeveralEdits) {
    std::vector<SentValue> const three{sent(State::superseded, 1, 2, 1s),
                                       sent(State::superseded, 2, 3, 1s),
                                       sent(State::accepted, 3, 4, 1s)};

    for (int const shown : {1, 2, 3}) EXPECT_EQ(agree(4, 4, shown, three).mirror, 4);
    EXPECT_EQ(agree(4, 4, 9, three).merged, 9) << "that is another device's";
}

TEST_F(AgreementTest, ARemovalMayNotHaveReachedAReplicaEither) {
    auto const agreed = agree({}, {}, 1, {sent(State::accepted, 1, {}, 4s)});

    EXPECT_EQ(agreed.merged, std::nullopt);
    EXPECT_EQ(agreed.mirror, std::nullopt);
    EXPECT_TRUE(agreed.unseen);
}

TEST_F(AgreementTest, OnlyTheLeavesThatMayLagStayAsTheyAre) {
    auto const agreed =
        agree(json(R"({"x":2,"y":1})"), json(R"({"x":2,"y":1})"), json(R"({"x":1,"y":5})"),
              {sent(State::accepted, json(R"({"x":1,"y":1})"), json(R"({"x":2,"y":1})"), 4s)});

    EXPECT_EQ(agreed.merged, json(R"({"x":2,"y":5})"));
    EXPECT_EQ(agreed.mirror, json(R"({"x":2,"y":5})"));
}

TEST_F(AgreementTest, AnEditSinceIsPendingThoughTheServerLags) {
    auto const agreed = agree(3, 2, 1, {sent(State::accepted, 1, 2, 4s)});

    EXPECT_EQ(agreed.merged, 3);
    EXPECT_EQ(agreed.mirror, 2);
    EXPECT_THAT(agreed.conflicts, IsEmpty());
}

TEST_F(AgreementTest, WhatIsNotThereLaterIsSentOnceMoreAndThenNotKept) {
    for (auto const& before : {std::optional<Json>{}, std::optional<Json>{1}}) {
        auto accepted = sent(State::accepted, before, 2);

        auto const first = agree(2, 2, before, {accepted});
        EXPECT_EQ(first.merged, 2);
        EXPECT_EQ(first.mirror, before);
        EXPECT_TRUE(first.defended);
        EXPECT_FALSE(first.not_kept);

        accepted.again = true;
        auto const second = agree(2, 2, before, {accepted});
        EXPECT_EQ(second.merged, 2);
        EXPECT_EQ(second.mirror, before);
        EXPECT_TRUE(second.not_kept);
        EXPECT_FALSE(second.defended);
        EXPECT_THAT(second.conflicts, IsEmpty());
    }
}

TEST_F(AgreementTest, AValueThatWasEditedSinceIsNotTheOneThatWasNotKept) {
    auto accepted = sent(State::accepted, std::nullopt, 2);
    accepted.again = true;

    EXPECT_FALSE(agree(3, 2, std::nullopt, {accepted}).not_kept);
}

TEST_F(AgreementTest, WhatWasSeenIsAnotherDevicesWhenItGoesBack) {
    auto accepted = sent(State::accepted, 1, 2);
    accepted.seen = true;

    EXPECT_EQ(agree(2, 2, 1, {accepted}).merged, 1);
    accepted.again = true;
    EXPECT_EQ(agree(2, 2, 1, {accepted}).merged, 1);
    EXPECT_FALSE(agree(2, 2, 1, {accepted}).not_kept);
}

/// Nobody looked for a night: who put the old value back may have had all the time to see ours.
TEST_F(AgreementTest, BelievesAfterALongTimeWhatWasPutBackAndNotWhatIsMissing) {
    EXPECT_EQ(agree(2, 2, 1, {sent(State::accepted, 1, 2, 10min)}).merged, 1);
    EXPECT_EQ(agree(2, 2, {}, {sent(State::accepted, {}, 2, 10min)}).merged, 2);
}

TEST_F(AgreementTest, AnotherFormOfOursIsTheServers) {
    for (auto const age : {4s, 180s})
        EXPECT_EQ(agree(1, 1, "1", {sent(State::accepted, {}, 1, age)}).merged, Json("1"));
}

TEST_F(AgreementTest, AServerThatDropsWhatIsEmptyHasRemovedNothing) {
    struct Dropped {
        char const* ours;
        std::optional<Json> before, theirs;
    };
    for (auto const& [text, before, theirs] :
         {Dropped{"null", 5, {}}, Dropped{R"({"x":null,"y":1})", {}, json(R"({"y":1})")},
          Dropped{R"({"x":{},"y":1})", json(R"({"x":{"z":1},"y":1})"), json(R"({"y":1})")},
          Dropped{R"({"x":null})", {}, json("{}")}, Dropped{"{}", json(R"({"x":1})"), {}}}) {
        auto const ours = json(text);
        auto accepted = sent(State::accepted, before, ours);
        EXPECT_TRUE(agree(ours, ours, theirs, {accepted}).defended) << text;

        accepted.again = true;
        auto const agreed = agree(ours, ours, theirs, {accepted});
        EXPECT_EQ(agreed.merged, ours) << text;
        EXPECT_TRUE(agreed.not_kept) << text;
    }
}

TEST_F(AgreementTest, AMemberThatTheServerDoesNotKnowIsNotKept) {
    struct Unknown {
        char const *ours, *theirs;
    };
    for (auto const& [text, shown] :
         {Unknown{R"({"size":12,"mine":1})", R"({"size":12})"},
          Unknown{R"({"size":12,"mine":{"deep":{"er":1}}})", R"({"size":12})"},
          Unknown{R"({"size":12,"of":{"mine":1,"x":1}})", R"({"size":12,"of":{"x":1}})"},
          Unknown{R"({"size":12,"of":{"mine":1}})", R"({"size":12,"of":{}})"}})
        for (auto const& before : {std::optional<Json>{}, std::optional{json(R"({"size":10})")}}) {
            auto const ours = json(text);
            auto accepted = sent(State::accepted, before, ours);
            accepted.again = true;

            auto const agreed = agree(ours, ours, json(shown), {accepted});

            EXPECT_EQ(agreed.merged, ours) << text;
            EXPECT_TRUE(agreed.not_kept) << text;
        }
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
