#include "daemon/service/decisions.h"

#include <gmock/gmock.h>

#include "tests/daemon/service/service_fixture.h"

namespace settings::daemon {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class DecisionsTest : public ServiceFixture {
  protected:
    /// Another device has changed a setting that was changed here as well.
    void make_conflict() {
        patch({{"a", 1}});
        commit([](store::Ledger& ledger) {
            static_cast<void>(ledger.mirror().reconcile({.remote = {{"a", 2}}}, Time{}));
        });
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
    EXPECT_EQ(decisions.decide({Verdict::apply}).status, 409);
    EXPECT_TRUE(body_of(decisions.review()).at("review").is_null());

    sync.reported.in_review = MassChange{12, 3, 9};
    EXPECT_EQ(body_of(decisions.review()).at("review").at("removed"), 9);
    EXPECT_EQ(decisions.decide({Verdict::apply}).status, 200);
    EXPECT_THAT(sync.told, ElementsAre("apply"));
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
