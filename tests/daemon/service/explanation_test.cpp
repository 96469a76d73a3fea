#include "daemon/service/explanation.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/daemon/service/sync_state.h"

namespace settings::daemon {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

SettingState pending_theme() {
    SettingState setting{"theme", true, true, {}};
    setting.key.revision = 7;
    setting.key.changed_at = 1'700'000'000'000;
    return setting;
}

std::vector<std::string> because(nlohmann::ordered_json const& told) { return told.at("because"); }

TEST(ExplanationTest, ASyncedSettingWaitsForNothing) {
    auto setting = pending_theme();
    setting.pending = false;

    auto const told = explanation(setting, at_noon());

    EXPECT_EQ(told.at("state"), "synced");
    EXPECT_THAT(because(told),
                ElementsAre("durable on this machine since 2023-11-14T22:13:20Z, in revision 7",
                            "the server has it"));
    EXPECT_EQ(told.at("unblockedBy"), "");
    EXPECT_TRUE(told.at("waitsFor").is_null());
}

TEST(ExplanationTest, APendingSettingWaitsForWhatTheEngineWaitsFor) {
    auto state = at_noon();
    state.report.last_failure.message = "the server answered 500";
    move_to(state, sync::Resting{1h + 5min, sync::Rest::backoff});

    auto const told = explanation(pending_theme(), state);

    EXPECT_EQ(told.at("state"), "pending");
    EXPECT_THAT(because(told), ElementsAre(HasSubstr("revision 7"), "the server answered 500",
                                           "goes on by itself in 5 min"));
    EXPECT_EQ(told.at("waitsFor"), "backoff");
    EXPECT_THAT(told.at("unblockedBy").get<std::string>(), HasSubstr("settingsctl sync"));
}

TEST(ExplanationTest, AValueThatCannotBeReadAtTheServerIsLeftAlone) {
    auto setting = pending_theme();
    setting.key.local = "light";
    setting.key.unreadable = "half of a character";

    auto const told = explanation(setting, at_noon());

    EXPECT_EQ(told.at("state"), "unreadable");
    EXPECT_THAT(because(told),
                ElementsAre(HasSubstr("revision 7"),
                            "the value at the server cannot be read here: half of a character",
                            HasSubstr("is not sent")));
}

TEST(ExplanationTest, ARejectedSettingHasTheServersWords) {
    auto setting = pending_theme();
    setting.key.rejected = store::Rejected{"theme", {400, "no such theme"}, 0, 2, 1h + 125s};

    auto const told = explanation(setting, at_noon());

    EXPECT_EQ(told.at("state"), "rejected");
    EXPECT_THAT(because(told), ElementsAre(HasSubstr("revision 7"),
                                           "the server refused this value 2 times: no such theme",
                                           "tried again in 2 min"));
    EXPECT_EQ(told.at("waitsFor"), "retry");
}

TEST(ExplanationTest, WhatIsRejectedBesideASettingIsNotItsOwn) {
    auto setting = pending_theme();
    setting.pending = false;
    setting.key.rejected = store::Rejected{"theme", {400, "no such theme"}, 0, 2, 1h + 125s};

    EXPECT_EQ(explanation(setting, at_noon()).at("state"), "synced");
}

TEST(ExplanationTest, ARemovalThatWasSetAsideIsNoRefusedValue) {
    auto setting = pending_theme();
    setting.exists = false;
    setting.key.rejected = store::Rejected{"theme", {0, "it could be another"}, 0, 1, 2h};

    EXPECT_THAT(because(explanation(setting, at_noon())),
                ElementsAre(HasSubstr("removed on this machine"),
                            "the removal was set aside once: it could be another",
                            "tried again in 60 min"));
}

TEST(ExplanationTest, OnlyWhatIsUnderWayIsBeingSent) {
    auto setting = pending_theme();
    setting.key.in_flight = true;
    auto state = at_noon();
    move_to(state, sync::Awaiting{sync::Putting{}});

    EXPECT_EQ(explanation(setting, state).at("state"), "sending");
    EXPECT_TRUE(explanation(setting, state).at("waitsFor").is_null());

    state.report.failed_write = 0;
    EXPECT_EQ(explanation(setting, state).at("state"), "pending") << "another look is under way";
    move_to(state, sync::Resting{1h + 5s, sync::Rest::backoff});
    auto const told = explanation(setting, state);
    EXPECT_EQ(told.at("state"), "pending");
    EXPECT_THAT(because(told).at(1), HasSubstr("a request with it got no answer"));
}

TEST(ExplanationTest, AnAnswerThatLeavesThingsOpenIsNoLostOne) {
    auto setting = pending_theme();
    setting.key.in_flight = true;
    auto state = at_noon();
    state.report.failed_write = 500;
    move_to(state, sync::Resting{1h + 5s, sync::Rest::backoff});

    EXPECT_THAT(
        because(explanation(setting, state)).at(1),
        "a request with it was answered with 500, which does not say whether it was stored; "
        "the next look tells");
}

TEST(ExplanationTest, WhatTheProcessBeforeSentIsNotKnownToBeLost) {
    auto setting = pending_theme();
    setting.key.in_flight = true;
    auto state = at_noon();
    move_to(state, sync::Resting{1h + 5s, sync::Rest::backoff});

    EXPECT_THAT(because(explanation(setting, state)).at(1),
                "what became of a request with it is not known; the next look tells");
}

TEST(ExplanationTest, ANewerValueWasInNoRequest) {
    auto setting = pending_theme();
    setting.key.older_in_flight = true;
    auto state = at_noon();
    move_to(state, sync::Awaiting{sync::Putting{}});

    EXPECT_EQ(explanation(setting, state).at("state"), "pending");
    EXPECT_THAT(because(explanation(setting, state)).at(1),
                "a request with an older value of it is on its way");

    state.report.failed_write = 429;
    move_to(state, sync::Resting{1h + 5s, sync::Rest::backoff});
    EXPECT_THAT(because(explanation(setting, state)).at(1),
                testing::StartsWith("a request with an older value of it was answered with 429,"));
}

TEST(ExplanationTest, WhatTheServerAcceptedAndDoesNotShowIsNotSynced) {
    auto setting = pending_theme();
    setting.pending = false;
    setting.key.lagging = true;
    auto state = at_noon();
    move_to(state, sync::Resting{1h + 5s, sync::Rest::verify});

    auto const told = explanation(setting, state);

    EXPECT_EQ(told.at("state"), "pending");
    EXPECT_THAT(because(told), ElementsAre(HasSubstr("revision 7"), HasSubstr("does not show it"),
                                           "looked at again in 5 s"));
    EXPECT_EQ(told.at("waitsFor"), "verify");
}

TEST(ExplanationTest, WhatAnOlderValueMayStillReachIsNotSynced) {
    auto setting = pending_theme();
    setting.pending = false;
    setting.key.doubtful = setting.key.older_in_flight = true;

    auto told = explanation(setting, at_noon());
    EXPECT_EQ(told.at("state"), "pending");
    EXPECT_THAT(because(told).at(1), HasSubstr("a request with an older value"));

    setting.key.older_in_flight = false;
    setting.exists = false;
    told = explanation(setting, at_noon());
    EXPECT_EQ(told.at("state"), "pending");
    EXPECT_THAT(because(told).at(1), HasSubstr("may still arrive"));
}

TEST(ExplanationTest, WhatWaitsForAPersonDoesNotGoOnByItself) {
    auto state = at_noon();
    move_to(state, sync::Resting{2h, sync::Rest::login});

    EXPECT_THAT(because(explanation(pending_theme(), state)).back(), "looked at again in 60 min");
}

TEST(ExplanationTest, NothingIsPromisedOfAServerWhoseDocumentIsHeld) {
    auto setting = pending_theme();
    setting.pending = false;
    auto state = at_noon();
    state.report.in_review = MassChange{12, 3, 9};
    move_to(state, sync::Resting{2h, sync::Rest::review});

    auto const told = explanation(setting, state);

    EXPECT_EQ(told.at("waitsFor"), "review");
    EXPECT_EQ(because(told).at(1), "the server had it");
    EXPECT_THAT(because(told).at(2), HasSubstr("change 3 and remove 9"));
    EXPECT_THAT(told.at("unblockedBy").get<std::string>(), HasSubstr("settingsctl review"));
}

TEST(ExplanationTest, OfAnotherAccountThatIsHeldNothingIsKnown) {
    auto setting = pending_theme();
    setting.pending = false;
    auto state = at_noon();
    state.report.encounter = Encounter{Encounter::Kind::account, 1, 1, 0};
    move_to(state, sync::Resting{2h, sync::Rest::account});

    auto const told = explanation(setting, state);
    EXPECT_EQ(told.at("state"), "pending") << "the server is not known to have it";
    EXPECT_EQ(because(told).at(1), "the account that was synced before had it");

    auto const absent = explanation({"nowhere", false, false, {}}, state);
    EXPECT_EQ(absent.at("state"), "absent");
    EXPECT_THAT(because(absent).front(), HasSubstr("what the server has is held"));
    EXPECT_EQ(absent.at("waitsFor"), "account");
    EXPECT_THAT(absent.at("unblockedBy").get<std::string>(), HasSubstr("settingsctl review"));
}

TEST(ExplanationTest, TellsOfAValueThatWasNotKept) {
    auto setting = pending_theme();
    setting.pending = false;
    setting.conflicts = {7, 9};

    auto const told = explanation(setting, at_noon());

    EXPECT_EQ(told.at("state"), "synced");
    EXPECT_THAT(because(told).back(), HasSubstr("conflict 7, 9"));
}

TEST(ExplanationTest, ASettingOfWhichNothingIsKnownIsAbsent) {
    auto const told = explanation({"nowhere", false, false, {}}, at_noon());

    EXPECT_EQ(told.at("state"), "absent");
    EXPECT_TRUE(told.at("waitsFor").is_null());
}

TEST(ExplanationTest, ARemovalThatIsNotSentYetIsPending) {
    auto setting = pending_theme();
    setting.exists = false;

    auto const told = explanation(setting, at_noon());

    EXPECT_EQ(told.at("state"), "pending");
    EXPECT_THAT(because(told).front(), HasSubstr("removed on this machine"));
}

}  // namespace
}  // namespace settings::daemon
