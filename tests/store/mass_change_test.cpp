// Documents of the server that lost too much to be taken on trust.

#include <gmock/gmock.h>

#include "tests/store/ledger_fixture.h"

namespace settings::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::Optional;
using testing::SizeIs;

MATCHER_P3(MassChangeOf, known, changed, removed, "") {
    return arg.known == std::size_t(known) && arg.changed == std::size_t(changed) &&
           arg.removed == std::size_t(removed);
}

class MassChangeTest : public LedgerFixture {
  protected:
    /// {"k0":value,"k1":value,…}
    static Json settings(int count, int value) {
        Json document = Json::object();
        for (int n = 0; n < count; ++n) document["k" + std::to_string(n)] = value;
        return document;
    }
    static std::string text_of_settings(int count, int value = 1) {
        return to_text(settings(count, value));
    }

    void sync_settings(int count) {
        edit(Patch{settings(count, 1)});
        sync();
    }
    /// One key with so many leaves.
    void sync_object(int leaves) {
        edit(Patch{{{"o", settings(leaves, 1)}}});
        sync();
    }

    /// What waits when the server shows this.
    std::optional<MassChange> held(std::string_view remote) { return reconcile(remote).held; }

    /// What the settings, their history and what a person may decide about are.
    std::string everything() {
        std::string text;
        for (auto const* rows :
             {"SELECT quote(key) || quote(local) || quote(mirror) || revision FROM setting",
              "SELECT revision || quote(changes) FROM journal",
              "SELECT key || status || message || at || refusals || retry_at FROM rejected",
              "SELECT id || path FROM conflict",
              "SELECT name || value FROM memory WHERE name <> 'held'"}) {
            Statement statement{connection, rows};
            for (auto found = statement.query(); found.next();)
                text += std::string{found.text(0)} + "\n";
        }
        return text;
    }
};

TEST_F(MassChangeTest, HoldsADocumentThatLostOverHalf) {
    sync_settings(9);

    EXPECT_THAT(held(text_of_settings(1)), Optional(MassChangeOf(9, 0, 8)));
    EXPECT_THAT(held(text_of_settings(4)), Optional(MassChangeOf(9, 0, 5)));
    EXPECT_FALSE(held(text_of_settings(5)));
}

TEST_F(MassChangeTest, IsTheSameDocumentWhateverIsRemovedHere) {
    patch(R"({"a":1,"b":2,"c":3,"d":4,"e":5})");
    sync();
    auto const before = held(R"({"e":5})");
    ASSERT_TRUE(before);

    erase({"a"});

    EXPECT_EQ(held(R"({"e":5})").value().document, before->document);
}

TEST_F(MassChangeTest, NamesTheFirstFewOfWhatIsGoneOrChanged) {
    patch(R"({"a.b":{"long":")" + std::string(300, 'x') + R"(","short":1},"c":2,"d":3,"e":4})");
    sync();

    auto const change = held(R"({"e":5,"new":1})");

    ASSERT_TRUE(change);
    EXPECT_EQ(change->examples,
              (std::vector<MassChange::Difference>{{{"a.b", "long"}, std::nullopt},
                                                   {{"a.b", "short"}, Json(1)},
                                                   {{"c"}, Json(2)},
                                                   {{"d"}, Json(3)},
                                                   {{"e"}, Json(4), Json(5), /*is_gone=*/false}}));
    EXPECT_THAT(change->keys, ElementsAre("a.b", "c", "d", "e", "new"));
}

TEST_F(MassChangeTest, CountsTheLeavesOfAnObject) {
    sync_object(1'000);

    EXPECT_THAT(held(R"({"o":{}})"), Optional(MassChangeOf(1'000, 0, 1'000)));
    EXPECT_THAT(held("{}"), Optional(MassChangeOf(1'000, 0, 1'000)));
    EXPECT_THAT(held(R"({"o":7})"), Optional(MassChangeOf(1'000, 0, 1'000)));
}

TEST_F(MassChangeTest, WhatIsEmptiedInItsPlaceIsRemoved) {
    sync_settings(4);

    for (auto const* nothing : {"null", "{}", "[]"}) {
        Json document = settings(4, 1);
        for (auto const* key : {"k0", "k1", "k2"}) document[key] = json(nothing);
        EXPECT_THAT(held(to_text(document)), Optional(MassChangeOf(4, 0, 3)));
    }
}

TEST_F(MassChangeTest, WhatHeldNothingIsNotMissed) {
    patch(R"({"a":null,"b":{},"c":[],"d":{"x":null},"e":1,"f":1,"g":1,"h":1})");
    sync();

    EXPECT_FALSE(held(R"({"e":1,"f":1,"g":1,"h":1})"));
}

TEST_F(MassChangeTest, LetsFewLeavesGoInOneGo) {
    sync_settings(3);

    EXPECT_FALSE(held("{}"));
    EXPECT_EQ(local(), Json::object());
}

/// Another device in ordinary life, while this one was away.
TEST_F(MassChangeTest, NeverHoldsWhatIsOnlyChanged) {
    sync_settings(34);
    Json theirs = settings(34, 2);
    theirs.erase("k7");

    auto const outcome = reconcile(to_text(theirs));

    EXPECT_FALSE(outcome.held);
    EXPECT_EQ(local(), theirs);
}

TEST_F(MassChangeTest, CountsWhatTheServerLostAlsoWhereEditsOfOursArePending) {
    sync_settings(4);
    patch(R"({"k0":2,"k1":2})");

    EXPECT_THAT(held("{}"), Optional(MassChangeOf(4, 0, 4)));
}

TEST_F(MassChangeTest, DoesNotHoldWhatWeRemovedOurselves) {
    sync_settings(4);
    erase({"k0", "k1", "k2", "k3"});
    static_cast<void>(freeze());
    patch(R"({"k1":2,"k2":2,"k3":2})");

    EXPECT_FALSE(held("{}")) << "the answer was lost";
    EXPECT_EQ(local(), json(R"({"k1":2,"k2":2,"k3":2})"));
}

TEST_F(MassChangeTest, DoesNotHoldWhatIsGoneHereToo) {
    sync_settings(4);
    erase({"k0", "k1", "k2"});

    EXPECT_FALSE(held(R"({"k3":1})"));
}

TEST_F(MassChangeTest, DoesNotCountWhatTheServerNeverHad) {
    edit(Patch{settings(20, 1)});

    EXPECT_FALSE(held("{}"));
}

TEST_F(MassChangeTest, TheFirstLookOfANewDeviceIsNeverHeld) {
    EXPECT_FALSE(held(text_of_settings(50)));
}

TEST_F(MassChangeTest, WritesNothingOfWhatItHolds) {
    sync_settings(10);
    patch(R"({"bad":1,"late":1,"k0":7})");
    reject({freeze().batch[0]}, {400, "no"}, clock);
    ledger.memory().remember("text");
    clock += std::chrono::hours{3};
    auto const before = everything();

    EXPECT_TRUE(held("{}"));

    EXPECT_EQ(everything(), before);
}

TEST_F(MassChangeTest, SendsMeanwhileWhatItDoesNotTouch) {
    sync_settings(10);
    patch(R"({"k0":7,"k9":7,"new":1})");
    erase({"k8"});

    ASSERT_TRUE(held(R"({"k8":1,"k9":1})"));

    EXPECT_THAT(keys(freeze().batch), ElementsAre("k9", "new", "k8"));
    EXPECT_EQ(ledger.mirror().backlog().pending, 3U);
}

TEST_F(MassChangeTest, IsNoProofThatOurRemovalArrived) {
    sync_settings(10);
    erase({"k0"});
    ASSERT_TRUE(held("{}"));

    EXPECT_FALSE(held(text_of_settings(10)));

    EXPECT_EQ(local(), json(R"({"k1":1,"k2":1,"k3":1,"k4":1,"k5":1,"k6":1,"k7":1,"k8":1,"k9":1})"));
    EXPECT_THAT(keys(freeze().batch), ElementsAre("k0"));
}

TEST_F(MassChangeTest, IsNoProofOfARemovalInsideAKeyEither) {
    sync_object(10);
    erase({"o.k0"});
    ASSERT_TRUE(held("{}"));
    ASSERT_TRUE(held(R"({"o":{"k9":1}})"));

    EXPECT_FALSE(held(to_text(Json{{"o", settings(10, 1)}})));

    EXPECT_FALSE(local().at("o").contains("k0"));
    EXPECT_THAT(keys(freeze().batch), ElementsAre("o"));
}

TEST_F(MassChangeTest, WhatWeSendMeanwhileMakesNoOtherDocumentOfIt) {
    sync_settings(10);
    patch(R"({"new":1})");
    auto const first = held("{}");
    send();

    auto const again = held(R"({"new":1})");

    ASSERT_TRUE(first && again);
    EXPECT_EQ(again->document, first->document);
    patch(R"({"k0":5})");
    EXPECT_EQ(held(R"({"new":1})")->document, again->document);
    EXPECT_NE(held(R"({"new":1,"k0":1})")->document, first->document);
}

/// What came of a request whose answer was lost is known, whatever waits beside it.
TEST_F(MassChangeTest, KeepsWhatALookTellsOfOurOwnRequests) {
    sync_settings(10);
    patch(R"({"new":1})");
    static_cast<void>(freeze());

    ASSERT_TRUE(held(R"({"new":1})"));

    EXPECT_EQ(mirror().at("new"), 1);
    EXPECT_EQ(ledger.mirror().backlog().pending, 0U);
}

TEST_F(MassChangeTest, ARefusedKeyThatItTouchesIsNotTriedAgain) {
    sync_settings(10);
    patch(R"({"k0":7})");
    reject(freeze().batch, {400, "no"}, clock);

    ASSERT_TRUE(held("{}"));

    EXPECT_THAT(freeze().batch, IsEmpty());
    EXPECT_EQ(ledger.mirror().backlog().next_retry, std::nullopt);
}

TEST_F(MassChangeTest, LetsGoOfEverythingWhenTheDocumentIsRightAgain) {
    sync_settings(10);
    patch(R"({"k0":7})");
    ASSERT_TRUE(held("{}"));

    EXPECT_FALSE(held(text_of_settings(10)));

    EXPECT_THAT(keys(freeze().batch), ElementsAre("k0"));
}

TEST_F(MassChangeTest, WhatIsRemovedOrWrittenHereMeanwhileEndsNoHold) {
    sync_settings(9);
    auto const lost_five = R"({"k5":1,"k6":1,"k7":1,"k8":1})";
    ASSERT_TRUE(held(lost_five));

    erase({"k0"});
    EXPECT_THAT(held(lost_five), Optional(MassChangeOf(9, 0, 4)));
    patch(R"({"new1":1,"new2":1,"new3":1})");
    send();
    EXPECT_TRUE(held(R"({"k5":1,"k6":1,"k7":1,"k8":1,"new1":1,"new2":1,"new3":1})"));
    // Another device changes what is left.
    EXPECT_TRUE(held(R"({"k5":2,"k6":1,"k7":1,"k8":1,"new1":1,"new2":1,"new3":1})"));

    EXPECT_EQ(local().size(), 11U);
    EXPECT_EQ(local().at("k5"), 1);
}

TEST_F(MassChangeTest, ADamagedNoteOfAHoldEndsNoHold) {
    sync_settings(9);
    for (std::string const damaged : {"", "x", "-9", "0"}) {
        ASSERT_TRUE(held(text_of_settings(1)));
        Statement{connection, "UPDATE memory SET value = ? WHERE name = 'held'"}.run(damaged);

        EXPECT_TRUE(held(text_of_settings(1))) << damaged;
    }
}

TEST_F(MassChangeTest, AHoldEndsWhereNothingWouldGoAnyMore) {
    sync_settings(4);
    ASSERT_TRUE(held(R"({"k3":1})"));

    erase({"k0", "k1", "k2"});

    EXPECT_FALSE(held(R"({"k3":1})"));
    EXPECT_FALSE(held("{}"));
    EXPECT_EQ(local(), Json::object());
}

TEST_F(MassChangeTest, AppliesItWhenAPersonSaysSo) {
    sync_settings(10);
    auto const document = held("{}")->document;

    auto const outcome = reconcile("{}", Winner::local, {Verdict::apply, document});

    EXPECT_FALSE(outcome.held);
    EXPECT_EQ(outcome.applied, 10U);
    EXPECT_EQ(local(), Json::object());
    EXPECT_EQ(ledger.mirror().backlog().pending, 0U);
}

TEST_F(MassChangeTest, AppliesWhicheverComesWhereNobodyIsToBeAsked) {
    sync_settings(10);

    EXPECT_FALSE(reconcile("{}", Winner::local, Verdict::apply).held);
    EXPECT_EQ(local(), Json::object());
}

TEST_F(MassChangeTest, HoldsAnotherDocumentThanThePersonDecidedOn) {
    sync_settings(10);
    auto const document = held("{}")->document;

    EXPECT_TRUE(reconcile(R"({"k0":1})", Winner::local, {Verdict::apply, document}).held);
    EXPECT_EQ(local(), settings(10, 1));
}

TEST_F(MassChangeTest, PutsOurDocumentBackWhenAPersonRefusesIt) {
    sync_settings(10);

    auto const outcome = reconcile(R"({"k0":1,"k1":2,"alien":1})", Winner::local, Verdict::refuse);

    EXPECT_FALSE(outcome.held);
    EXPECT_EQ(outcome.applied, 0U);
    EXPECT_EQ(local(), settings(10, 1));
    EXPECT_EQ(mirror(), json(R"({"k0":1,"k1":2,"alien":1})"));
    EXPECT_THAT(freeze().batch, SizeIs(10));  // nine of ours, and the alien's removal
}

TEST_F(MassChangeTest, AVerdictSaysNothingAboutADocumentThatLostLittle) {
    sync_settings(10);
    Json theirs = settings(10, 1);
    theirs["k0"] = 2;

    reconcile(to_text(theirs), Winner::local, Verdict::refuse);

    EXPECT_EQ(local().at("k0"), 2);
}

}  // namespace
}  // namespace settings::store
