#include "daemon/service/decisions.h"

#include <gmock/gmock.h>

#include "tests/daemon/service/service_fixture.h"

namespace settings::daemon {
namespace {

using std::chrono::hours;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class DecisionsTest : public ServiceFixture {
  protected:
    /// Another device has changed a setting that was changed here as well.
    void make_conflict() {
        patch({{"a", 1}});
        commit([](store::Ledger& ledger) {
            static_cast<void>(ledger.mirror().reconcile({.remote = Json{{"a", 2}}}, Time{}));
        });
    }

    /// The server has lost all that it was known to hold.
    void hold_what_is_gone() {
        patch({{"a", 1}, {"b", 1}, {"c", 1}, {"d", 1}});
        send();
        commit([this](store::Ledger& ledger) {
            static_cast<void>(ledger.mirror().reconcile(
                {.remote = Json{{"a", 1}, {"b", 1}, {"c", 1}, {"d", 1}}}, hours{4}));
            sync.reported.in_review =
                ledger.mirror().reconcile({.remote = Json::object()}, hours{5}).held;
        });
        ASSERT_TRUE(sync.reported.in_review);
    }

    Decisions decisions{reader, writer, sync, overview};
};

TEST_F(DecisionsTest, APauseOutlivesARestart) {
    auto const paused = finish(decisions.pause({true}));

    EXPECT_EQ(*paused.body, R"({"success":true,"paused":true})");
    EXPECT_EQ(reader.recall(), "paused");
    EXPECT_EQ(*finish(decisions.pause({false})).body, R"({"success":true,"paused":false})");
    EXPECT_EQ(reader.recall(), "not paused");
    EXPECT_THAT(sync.told, ElementsAre("pause", "resume"));
}

TEST_F(DecisionsTest, APauseThatTheDiskDoesNotTakeIsSaidToBeForgotten) {
    writer.close();

    auto const reply = finish(decisions.pause({true}));

    EXPECT_EQ(reply.status, 503);
    EXPECT_THAT(message_of(reply), HasSubstr("sync is paused, but a restart would forget that"));
    EXPECT_THAT(sync.told, ElementsAre("pause"));
}

TEST_F(DecisionsTest, ListsAConflictAndPutsTheOtherValueBack) {
    make_conflict();

    auto const listed = body_of(decisions.conflicts()).at("conflicts").at(0);
    EXPECT_EQ(listed.at("path"), "a");
    EXPECT_EQ(listed.at("kept"), "ours");
    EXPECT_EQ(listed.at("ours"), 1);
    EXPECT_EQ(listed.at("theirs"), 2);
    EXPECT_FALSE(listed.contains("base"));

    auto const resolved = finish(decisions.resolve_conflict(peer, {listed.at("id"), true}));
    EXPECT_EQ(body_of(resolved).at("revision"), 2);
    EXPECT_EQ(reader.standing("a").local, to_text(Json(2)));
    EXPECT_THAT(reader.journal().find(2)->app, HasSubstr("4711"));
    EXPECT_THAT(body_of(decisions.conflicts()).at("conflicts"), IsEmpty());
}

TEST_F(DecisionsTest, AConflictThatIsNotThereIsNotFound) {
    EXPECT_EQ(finish(decisions.resolve_conflict(peer, {7, false})).status, 404);
}

TEST_F(DecisionsTest, ARejectedKeyIsTriedAgainAtOnce) {
    patch({{"a", 1}, {"b", 1}});
    send_in_vain();
    EXPECT_EQ(body_of(decisions.rejected()).at("rejected").size(), 2U);

    EXPECT_EQ(body_of(finish(decisions.retry_rejected({{}}))).at("keys"), 2);
    EXPECT_THAT(sync.told, ElementsAre("sync now"));
}

TEST_F(DecisionsTest, NoRoundIsAskedForWhenThereIsNothingToTryAgain) {
    EXPECT_EQ(finish(decisions.retry_rejected({"a"})).status, 404);
    EXPECT_THAT(sync.told, IsEmpty());
}

TEST_F(DecisionsTest, ARejectedValueIsGivenUpForTheServers) {
    patch({{"a", 1}});
    send();
    patch({{"a", 2}});
    send_in_vain();

    EXPECT_EQ(body_of(finish(decisions.discard_rejected(peer, {"a"}))).at("keys"), 1);
    EXPECT_EQ(reader.standing("a").local, to_text(Json(1)));
    EXPECT_EQ(finish(decisions.discard_rejected(peer, {"a"})).status, 404);
}

TEST_F(DecisionsTest, AVerdictNeedsADocumentToBeHeld) {
    EXPECT_EQ(finish(decisions.decide({Verdict::apply})).status, 409);
    EXPECT_TRUE(body_of(decisions.review()).at("review").is_null());

    sync.reported.in_review = MassChange{12, 3, 9};
    EXPECT_EQ(body_of(decisions.review()).at("review").at("removed"), 9);
    EXPECT_EQ(finish(decisions.decide({Verdict::apply})).status, 200);
    EXPECT_THAT(sync.told, ElementsAre("apply"));
}

TEST_F(DecisionsTest, SingleSettingsAreDecidedAtOnceAndTheRestIsShown) {
    hold_what_is_gone();

    auto const reply = finish(decisions.decide({Verdict::apply, {"a"}}));

    EXPECT_EQ(reply.status, 200);
    EXPECT_EQ(body_of(reply).at("review").at("keys"), (Json{"b", "c", "d"}));
    EXPECT_EQ(reply.etag, body_of(reply).at("review").at("tag"));
    EXPECT_EQ(reader.standing("a").local, std::nullopt);
    EXPECT_EQ(reader.standing("b").local, "1");
    EXPECT_THAT(sync.told, ElementsAre("decided"));

    auto const last = finish(decisions.decide({Verdict::refuse, {"b", "c", "d"}}));
    EXPECT_TRUE(body_of(last).at("review").is_null());
    EXPECT_EQ(last.etag, "");
    EXPECT_EQ(reader.standing("b").local, "1");
}

TEST_F(DecisionsTest, ASettingThatIsNotHeldIsNotFoundAndAPathInsideOneIsRefused) {
    hold_what_is_gone();

    EXPECT_EQ(finish(decisions.decide({Verdict::apply, {"a", "x"}})).status, 404);
    EXPECT_EQ(finish(decisions.decide({Verdict::apply, {"a.x"}})).status, 400);
    EXPECT_EQ(reader.standing("a").local, "1");
    EXPECT_THAT(sync.told, IsEmpty());
}

TEST_F(DecisionsTest, WhoHasSeenAnotherDocumentIsShownWhatIsHeld) {
    hold_what_is_gone();
    auto const shown = decisions.review();
    EXPECT_EQ(shown.etag, body_of(shown).at("review").at("tag"));
    ipc::Condition const stale{"\"0123456789abcdef\"", std::nullopt};

    for (auto const& keys : {std::vector<std::string>{"a"}, std::vector<std::string>{}}) {
        auto const reply = finish(decisions.decide({Verdict::apply, keys, stale}));

        EXPECT_EQ(reply.status, 412);
        EXPECT_EQ(body_of(reply).at("review"), body_of(shown).at("review"));
        EXPECT_EQ(reply.etag, shown.etag);
    }
    ipc::Condition const weak{"W/\"" + shown.etag + '"', std::nullopt};
    EXPECT_THAT(message_of(finish(decisions.decide({Verdict::apply, {"a"}, weak}))),
                HasSubstr("without the W/"));
    EXPECT_THAT(sync.told, IsEmpty());
    ipc::Condition const right{'"' + shown.etag + '"', std::nullopt};
    EXPECT_EQ(finish(decisions.decide({Verdict::apply, {"a"}, right})).status, 200);
}

/// A look that the sync has not heard of yet has brought another one.
TEST_F(DecisionsTest, ADocumentThatCameJustNowIsNotDecidedOn) {
    hold_what_is_gone();
    commit([](store::Ledger& ledger) {
        static_cast<void>(ledger.mirror().reconcile({.remote = Json{{"a", 2}}}, hours{5}));
    });

    EXPECT_EQ(finish(decisions.decide({Verdict::apply, {"a"}})).status, 412);

    EXPECT_EQ(reader.standing("a").local, "1");
    EXPECT_THAT(sync.told, IsEmpty());
}

TEST_F(DecisionsTest, ADecisionOnSettingsThatTheDiskDoesNotTakeIsNone) {
    hold_what_is_gone();
    writer.close();

    EXPECT_EQ(finish(decisions.decide({Verdict::apply, {"a"}})).status, 503);

    EXPECT_THAT(sync.told, IsEmpty());
}

TEST_F(DecisionsTest, AWordOnAnotherAccountsDocumentMayHaveExceptions) {
    sync.reported.encounter = Encounter{Encounter::Kind::account};
    sync.reported.encounter->keys = {"a", "b", "c.d"};
    auto const meet = [this](std::vector<std::string> account, std::vector<std::string> device,
                             ipc::Condition const& condition = {}) {
        return finish(decisions.meet(
            ipc::Meet{Meeting::merge, std::move(account), std::move(device), condition}));
    };

    EXPECT_EQ(meet({"x"}, {}).status, 404);
    EXPECT_EQ(meet({}, {"c.d.e"}).status, 400);
    EXPECT_THAT(message_of(meet({"a", "b"}, {"/b"})), HasSubstr("\"b\" cannot be"));
    EXPECT_EQ(meet({"a"}, {}, {"\"1\"", std::nullopt}).status, 412);
    EXPECT_THAT(sync.told, IsEmpty());

    EXPECT_EQ(meet({"a", "a"}, {"/c.d"}).status, 200);
    EXPECT_THAT(sync.told, ElementsAre("merge", "account: a", "device: c.d"));
}

TEST_F(DecisionsTest, AWordOnAnotherAccountsDocumentOutlivesARestart) {
    EXPECT_EQ(finish(decisions.meet({Meeting::merge})).status, 409);
    EXPECT_EQ(reader.recall(), std::nullopt);

    sync.reported.encounter = Encounter{Encounter::Kind::account};
    EXPECT_EQ(finish(decisions.meet({Meeting::merge})).status, 200);
    EXPECT_EQ(reader.recall(), sync.memory());
    EXPECT_THAT(sync.told, ElementsAre("merge"));
}

TEST_F(DecisionsTest, AWordThatTheDiskDoesNotTakeIsSaidToBeForgotten) {
    sync.reported.encounter = Encounter{Encounter::Kind::account};
    writer.close();

    auto const reply = finish(decisions.meet({Meeting::account}));

    EXPECT_EQ(reply.status, 503);
    EXPECT_THAT(message_of(reply),
                HasSubstr("the next look carries it out, but a restart would forget that"));
    EXPECT_THAT(sync.told, ElementsAre("account"));
}

}  // namespace
}  // namespace settings::daemon
