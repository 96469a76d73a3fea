#include "store/meetings.h"

#include <gmock/gmock.h>

#include "tests/store/ledger_fixture.h"

namespace settings::store {
namespace {

using testing::IsEmpty;
using testing::SizeIs;

Owner owner(std::string const& name, std::string const& origin = "https://backend.example") {
    return {origin, {{"sub", name}}};
}

class MeetingsTest : public LedgerFixture {
  protected:
    Reconciled look(std::string_view remote, Owner const& whose,
                    std::optional<Meeting> meeting = std::nullopt,
                    Exceptions const& exceptions = {}, std::size_t shown = 0) {
        return ledger.meetings().reconcile({.remote = json(remote),
                                            .owner = whose,
                                            .meeting = meeting,
                                            .exceptions = exceptions,
                                            .shown = shown},
                                           clock);
    }
    /// The same, of a document whose "bio" cannot be read.
    Reconciled look_past_bio(std::string_view remote, std::optional<Meeting> meeting = std::nullopt,
                             Exceptions const& exceptions = {}) {
        return ledger.meetings().reconcile({.remote = json(remote),
                                            .owner = owner("b"),
                                            .meeting = meeting,
                                            .exceptions = exceptions,
                                            .unreadable = {{"bio", "half of a character"}}},
                                           clock);
    }

    /// What the device has of A, as if synced long ago: theme, and a note that is not yet sent.
    void live_as_a() {
        look(R"({"theme":"dark"})", owner("a"));
        patch(R"({"note":"secret"})");
        erase({"theme"});
    }

    Json pending() {
        Json document = Json::object();
        for (auto const& each : freeze().batch)
            document[each.key] = each.local ? *each.local : Json(nullptr);
        return document;
    }
};

// The first meeting ------------------------------------------------------------------------------

TEST_F(MeetingsTest, AtTheFirstMeetingTheAccountsLeafWinsAndOursIsAConflict) {
    patch(R"({"theme":"light","font":{"size":10,"bold":true}})");

    auto const done = look(R"({"theme":"dark","font":{"size":14}})", owner("a"));

    EXPECT_EQ(local(), json(R"({"theme":"dark","font":{"size":14,"bold":true}})"));
    EXPECT_THAT(
        done.conflicts,
        testing::UnorderedElementsAre(
            Conflict{{"font", "size"}, std::nullopt, json("10"), json("14"), Winner::remote},
            Conflict{
                {"theme"}, std::nullopt, json(R"("light")"), json(R"("dark")"), Winner::remote}));
    EXPECT_EQ(pending(), json(R"({"font":{"size":14,"bold":true}})"));
}

TEST_F(MeetingsTest, WhatLostAtTheFirstMeetingCanBeRestored) {
    patch(R"({"theme":"light"})");
    look(R"({"theme":"dark"})", owner("a"));

    ASSERT_TRUE(ledger.decisions().resolve_conflict(number("SELECT max(id) FROM conflict"),
                                                    /*restore=*/true, "person"));

    EXPECT_EQ(pending(), json(R"({"theme":"light"})"));
}

TEST_F(MeetingsTest, OnlyTheFirstLookIsAFirstMeeting) {
    look("{}", owner("a"));
    patch(R"({"theme":"light"})");

    auto const done = look(R"({"theme":"dark"})", owner("a"));

    ASSERT_THAT(done.conflicts, SizeIs(1));
    EXPECT_EQ(done.conflicts[0].kept, Winner::local);
    EXPECT_EQ(pending(), json(R"({"theme":"light"})"));
}

TEST_F(MeetingsTest, APersonMayHaveThisMachineWin) {
    patch(R"({"theme":"light","mine":1})");

    auto const done = look(R"({"theme":"dark","theirs":2})", owner("a"), Meeting::device);

    EXPECT_EQ(pending(), json(R"({"theme":"light","mine":1})"));
    EXPECT_EQ(local(), json(R"({"theme":"light","mine":1,"theirs":2})"));
    ASSERT_THAT(done.conflicts, SizeIs(1));
    EXPECT_EQ(done.conflicts[0].kept, Winner::local);
}

TEST_F(MeetingsTest, APersonMayTakeTheAccountAsItIs) {
    patch(R"({"theme":"light","mine":1})");

    look(R"({"theme":"dark"})", owner("a"), Meeting::account);

    EXPECT_EQ(pending(), json("{}"));
    EXPECT_EQ(local(), json(R"({"theme":"dark"})"));
    EXPECT_EQ(last_changes(), json(R"([{"path":["mine"],"old":1},
                                       {"path":["theme"],"old":"light","new":"dark"}])"));
}

TEST_F(MeetingsTest, AFirstMeetingWaitsForWhoAskedToBeAsked) {
    patch(R"({"theme":"light"})");

    auto const held = look(R"({"theme":"dark"})", owner("a"), Meeting::hold);

    ASSERT_TRUE(held.encounter);
    EXPECT_EQ(held.encounter->kind, Encounter::Kind::first);
    EXPECT_EQ(held.encounter->differ, 1U);
    EXPECT_EQ(mirror(), json("{}"));
    look(R"({"theme":"dark"})", owner("a"), Meeting::merge);
    EXPECT_EQ(local(), json(R"({"theme":"dark"})"));
}

TEST_F(MeetingsTest, NobodyIsAskedWhereNothingIsToBeAsked) {
    auto const done = look(R"({"theme":"dark"})", owner("a"), Meeting::hold);

    EXPECT_FALSE(done.encounter);
    EXPECT_EQ(local(), json(R"({"theme":"dark"})"));
}

// Another account --------------------------------------------------------------------------------

TEST_F(MeetingsTest, NothingIsWrittenForAnotherAccountBeforeAPersonDecides) {
    live_as_a();
    auto const before = column("local");

    for (auto const meeting : {std::optional<Meeting>{}, std::optional{Meeting::hold}}) {
        auto const held = look(R"({"theme":"blue","x":1})", owner("b"), meeting);

        ASSERT_TRUE(held.encounter);
        EXPECT_EQ(held.encounter->kind, Encounter::Kind::account);
    }
    EXPECT_EQ(column("local"), before);
    EXPECT_EQ(mirror(), json(R"({"theme":"dark"})"));
}

TEST_F(MeetingsTest, BackAtTheOldAccountAllGoesOnAsBefore) {
    live_as_a();
    look(R"({"theme":"blue"})", owner("b"));

    EXPECT_FALSE(look(R"({"theme":"dark"})", owner("a")).encounter);
    EXPECT_EQ(pending(), json(R"({"note":"secret","theme":null})"));
}

TEST_F(MeetingsTest, AMergeIsAFirstMeeting) {
    live_as_a();
    patch(R"({"x":"ours"})");

    auto const done = look(R"({"theme":"blue","x":1})", owner("b"), Meeting::merge);

    EXPECT_THAT(done.conflicts, SizeIs(1));
    EXPECT_EQ(local(), json(R"({"note":"secret","theme":"blue","x":1})"));
    EXPECT_EQ(pending(), json(R"({"note":"secret"})"));
    EXPECT_TRUE(look("{}", owner("a")).encounter) << "the store is B's now";
}

TEST_F(MeetingsTest, SingleKeysMayBeDecidedOtherwise) {
    constexpr char const* theirs = R"({"o":{"a":1},"p":{"a":1},"q":{"a":1},"r":1})";
    constexpr char const* ours = R"({"o":{"a":2,"b":2},"p":{"a":2,"b":2},"q":{"a":2,"b":2}})";
    auto const by_account = R"({"a":1})";
    auto const by_device = R"({"a":2,"b":2})";
    auto const by_merge = R"({"a":1,"b":2})";
    for (auto const& [meeting, of_the_others] :
         {std::pair{Meeting::merge, by_merge}, std::pair{Meeting::account, by_account},
          std::pair{Meeting::device, by_device}}) {
        auto const name = std::string{name_of(meeting)};
        look("{}", owner("before " + name), Meeting::account);
        patch(ours);
        auto const shown = look(theirs, owner(name)).encounter.value();
        EXPECT_EQ(shown.keys, (std::vector<std::string>{"o", "p", "q", "r"}));

        auto const met = look(theirs, owner(name), meeting, {{"o"}, {"p"}, shown.values});

        EXPECT_FALSE(met.encounter || met.held) << name;
        EXPECT_EQ(local(), (Json{{"o", json(by_account)},
                                 {"p", json(by_device)},
                                 {"q", json(of_the_others)},
                                 {"r", 1}}))
            << name;
        EXPECT_EQ(mirror(), json(theirs)) << name;
    }
}

TEST_F(MeetingsTest, WhatOnlyOneHasMayBeDecidedOtherwise) {
    live_as_a();
    auto const shown = look(R"({"x":1,"y":1})", owner("b")).encounter->values;

    look(R"({"x":1,"y":1})", owner("b"), Meeting::merge, {{"note"}, {"x"}, shown});

    EXPECT_EQ(local(), json(R"({"x":1,"y":1})"));
    EXPECT_EQ(pending(), json("{}"));
}

TEST_F(MeetingsTest, ADecisionWithExceptionsIsOnTheValuesThatWereShown) {
    live_as_a();
    for (Exceptions exceptions : {Exceptions{{"x"}, {}}, Exceptions{{}, {"x"}}}) {
        exceptions.shown = look(R"({"x":1})", owner("b")).encounter->values;
        auto const before = column("local");

        for (auto const* another : {R"({"x":2})", "{}", R"({"x":{"y":1}})"}) {
            EXPECT_TRUE(look(another, owner("b"), Meeting::merge, exceptions).encounter);
            EXPECT_EQ(column("local"), before);
        }
    }
}

TEST_F(MeetingsTest, WhatTheServerWritesAtEachLookIsNoOtherDocument) {
    live_as_a();
    auto const shown = look(R"({"x":1,"seen":1})", owner("b")).encounter->values;

    auto const met =
        look(R"({"x":1,"seen":2})", owner("b"), Meeting::merge, {{"x"}, {"note"}, shown});

    EXPECT_FALSE(met.encounter);
    EXPECT_EQ(local().at("seen"), 2);
}

TEST_F(MeetingsTest, AFirstMeetingWithExceptionsWaitsForTheValuesThatWereShown) {
    patch(R"({"x":1})");
    auto const shown = look(R"({"x":2})", owner("a"), Meeting::hold).encounter.value();

    EXPECT_TRUE(
        look(R"({"x":3})", owner("a"), Meeting::merge, {{}, {"x"}, shown.values}).encounter);
    EXPECT_EQ(local(), json(R"({"x":1})"));
}

TEST_F(MeetingsTest, TheAccountsDocumentIsTakenAsItWasShownAndNotMuchLess) {
    live_as_a();
    auto const shown =
        look(R"({"a":1,"b":2,"c":{"d":3,"e":4},"f":5})", owner("b")).encounter->known;
    EXPECT_EQ(shown, 5U);

    for (auto const* less : {"{}", R"({"a":1,"b":2})", R"({"a":1,"b":2,"c":{},"f":null})"})
        EXPECT_TRUE(look(less, owner("b"), Meeting::account, {}, shown).encounter) << less;
    EXPECT_EQ(local(), json(R"({"note":"secret"})"));

    EXPECT_FALSE(look(R"({"a":9,"b":9,"f":9})", owner("b"), Meeting::account, {}, shown).encounter);
    EXPECT_EQ(local(), json(R"({"a":9,"b":9,"f":9})"));
}

TEST_F(MeetingsTest, WhereOursStaysTheAccountMayLoseWhatItWants) {
    for (auto const meeting : {Meeting::merge, Meeting::device}) {
        auto const name = std::string{name_of(meeting)};
        look("{}", owner("before " + name), Meeting::merge);
        EXPECT_FALSE(look("{}", owner(name), meeting, {}, 9).encounter) << name;
    }
}

TEST_F(MeetingsTest, TakingTheirsSendsNothing) {
    live_as_a();

    look(R"({"theme":"blue","x":1})", owner("b"), Meeting::account);

    EXPECT_EQ(local(), json(R"({"theme":"blue","x":1})"));
    EXPECT_EQ(pending(), json("{}"));
}

TEST_F(MeetingsTest, WhatWasSentToTheOldAccountMeansNothingAtTheNewOne) {
    look("{}", owner("a"));
    patch(R"({"theme":"light"})");
    static_cast<void>(freeze());

    look(R"({"theme":"light"})", owner("b"), Meeting::merge);

    EXPECT_EQ(number("SELECT count(*) FROM sent"), 0);
}

TEST_F(MeetingsTest, AnotherServerIsAnotherOwner) {
    live_as_a();

    auto const held = look("{}", owner("a", "https://other.example"));

    ASSERT_TRUE(held.encounter);
    EXPECT_EQ(held.encounter->kind, Encounter::Kind::server);
}

TEST_F(MeetingsTest, WhatOneServerRefusedIsTriedAtTheNextOne) {
    look("{}", owner("a"));
    patch(R"({"bad":1})");
    reject(freeze().batch, {400, "not for a"});

    look("{}", owner("b"), Meeting::merge);

    EXPECT_EQ(pending(), json(R"({"bad":1})"));
    EXPECT_EQ(number("SELECT count(*) FROM rejected"), 0);
}

TEST_F(MeetingsTest, WhatWasHeldOfTheOldAccountsDocumentIsNotHeldAtTheNewOne) {
    patch(R"({"a":1,"b":2,"c":3,"d":4})");
    sync();
    look(to_text(mirror()), owner("a"));
    ASSERT_TRUE(look("{}", owner("a")).held);

    look(R"({"a":1})", owner("b"), Meeting::merge);

    EXPECT_EQ(number("SELECT count(*) FROM memory WHERE name LIKE 'held%'"), 0);
}

// What cannot be read when we meet
// ----------------------------------------------------------------

TEST_F(MeetingsTest, WhatCannotBeReadAtTheMeetingIsMetWhenItCan) {
    for (int accounts : {1, 2}) {
        if (accounts == 2) look("{}", owner("a"), Meeting::account);
        patch(R"({"bio":"default","theme":"light"})");
        look_past_bio("{}", Meeting::merge);
        EXPECT_EQ(pending(), json(R"({"theme":"light"})"));
        send();
        look_past_bio(R"({"theme":"light"})");
        patch(R"({"bio":"newer default"})");

        auto const met = look(R"({"theme":"light","bio":"my real bio"})", owner("b"));

        EXPECT_EQ(local(), json(R"({"bio":"my real bio","theme":"light"})"));
        ASSERT_THAT(met.conflicts, SizeIs(1));
        EXPECT_EQ(met.conflicts[0].kept, Winner::remote);
        EXPECT_EQ(met.conflicts[0].ours, json(R"("newer default")"));
        EXPECT_EQ(pending(), json("{}"));
    }
}

TEST_F(MeetingsTest, WhatIsMetIsSyncedAsAllElse) {
    patch(R"({"bio":"default"})");
    look_past_bio("{}");
    look(R"({"bio":"real"})", owner("b"));
    patch(R"({"bio":"mine"})");

    look(R"({"bio":"other"})", owner("b"));

    EXPECT_EQ(pending(), json(R"({"bio":"mine"})"));
}

TEST_F(MeetingsTest, WhatTheAccountDoesNotHaveInTheEndIsSent) {
    patch(R"({"bio":"default"})");
    look_past_bio("{}");

    look("{}", owner("b"));

    EXPECT_EQ(pending(), json(R"({"bio":"default"})"));
    look(R"({"bio":"of another device"})", owner("b"));
    EXPECT_EQ(local().at("bio"), "default") << "that is an edit like any other";
}

TEST_F(MeetingsTest, WhoHasThisDeviceWinHasItWinThereToo) {
    for (auto const& [meeting, exceptions] :
         {std::pair{Meeting::device, Exceptions{}},
          std::pair{Meeting::merge, Exceptions{{}, {"bio"}, {{"bio", 0}}}}}) {
        look("{}", owner("a"), Meeting::account);
        patch(R"({"bio":"mine"})");
        look_past_bio("{}", meeting, exceptions);

        look(R"({"bio":"theirs"})", owner("b"));

        EXPECT_EQ(pending(), json(R"({"bio":"mine"})")) << name_of(meeting);
    }
}

TEST_F(MeetingsTest, WhatCannotBeReadIsNotCalledOnlyHere) {
    patch(R"({"bio":"mine","theme":"light"})");

    auto const shown = look_past_bio(R"({"theme":"dark"})", Meeting::hold).encounter.value();

    EXPECT_EQ(shown.only_here, 0U);
    EXPECT_EQ(shown.keys, std::vector<std::string>{"theme"});
}

// A document that is not there
// --------------------------------------------------------------------

class MissingTest : public MeetingsTest {
  protected:
    Reconciled miss(Owner const& whose, std::optional<Meeting> meeting = std::nullopt) {
        return ledger.meetings().reconcile(
            {.remote = Json::object(), .owner = whose, .meeting = meeting, .is_missing = true},
            clock);
    }
};

TEST_F(MissingTest, TakesNothingAwayOfADocumentThatWasThere) {
    look(R"({"theme":"dark"})", owner("a"));
    patch(R"({"note":1})");

    auto const missed = miss(owner("a"));

    EXPECT_TRUE(missed.is_missing);
    EXPECT_EQ(missed.owner, owner("a"));
    EXPECT_EQ(local(), json(R"({"theme":"dark","note":1})"));
    EXPECT_EQ(mirror(), json(R"({"theme":"dark"})"));
    EXPECT_EQ(pending(), json(R"({"note":1})")) << "it may create the document";
}

TEST_F(MissingTest, WhatIsGoneOnceItIsThereAgainWaitsForAPerson) {
    look(R"({"theme":"dark"})", owner("a"));
    patch(R"({"note":1})");
    EXPECT_TRUE(miss(owner("a")).is_missing);
    send();

    EXPECT_TRUE(look(R"({"note":1})", owner("a")).held);

    EXPECT_EQ(local(), json(R"({"theme":"dark","note":1})"));
}

TEST_F(MissingTest, IsNoMatterOnceItIsThereAgainAsItWas) {
    look(R"({"theme":"dark","x":1})", owner("a"));
    EXPECT_TRUE(miss(owner("a")).is_missing);

    EXPECT_FALSE(look(R"({"theme":"dark","x":1})", owner("a")).held);
    EXPECT_FALSE(look(R"({"x":1})", owner("a")).held);
    EXPECT_EQ(local(), json(R"({"x":1})"));
}

TEST_F(MissingTest, LosesWhatWasFlying) {
    look(R"({"theme":"dark"})", owner("a"));
    patch(R"({"theme":"light"})");
    static_cast<void>(freeze());

    EXPECT_TRUE(miss(owner("a")).is_missing);

    EXPECT_EQ(sent("lost"), 1);
}

TEST_F(MissingTest, IsAnEmptyDocumentWhereNothingWasThereYet) {
    patch(R"({"theme":"dark"})");

    EXPECT_FALSE(miss(owner("a")).is_missing);

    EXPECT_EQ(pending(), json(R"({"theme":"dark"})"));
}

TEST_F(MissingTest, IsAnEmptyDocumentOfAnotherAccount) {
    look(R"({"theme":"dark"})", owner("a"));
    EXPECT_TRUE(miss(owner("b")).encounter);

    EXPECT_FALSE(miss(owner("b"), Meeting::account).is_missing);

    EXPECT_EQ(local(), json("{}"));
}

// One and the same
// ---------------------------------------------------------------------------------

TEST_F(MeetingsTest, AnOpaqueTokenTellsNothingAndForgetsNothing) {
    look("{}", owner("a"));

    EXPECT_FALSE(look("{}", {"https://backend.example"}).encounter);
    EXPECT_TRUE(look("{}", owner("b")).encounter);
}

TEST_F(MeetingsTest, WhatIsLearntOfTheOwnerIsKept) {
    Owner const login{"https://backend.example", {{"login", "7"}}};
    look("{}", login);

    EXPECT_EQ(look("{}", owner("a")).owner,
              (Owner{"https://backend.example", {{"login", "7"}, {"sub", "a"}}}));
    EXPECT_TRUE(look("{}", owner("b")).encounter);
}

TEST_F(MeetingsTest, AStoreOfAnOlderVersionBelongsToItsFirstLook) {
    patch(R"({"theme":"dark"})");
    sync();
    patch(R"({"theme":"light"})");

    auto const done = look(R"({"theme":"dark"})", owner("a"), Meeting::hold);

    EXPECT_FALSE(done.encounter);
    EXPECT_EQ(pending(), json(R"({"theme":"light"})"));
    EXPECT_TRUE(look("{}", owner("b")).encounter);
}

TEST_F(MeetingsTest, AnOwnerWhoCannotBeReadIsNobodysDocument) {
    live_as_a();
    for (std::string const damaged : {"", "{", R"({"origin":"https://a.example","nomes":{}})",
                                      R"({"origin":"https://a.example","names":{"sub":7}})"}) {
        Statement{connection, "UPDATE memory SET value = ? WHERE name = 'owner'"}.run(damaged);

        EXPECT_TRUE(look(R"({"theme":"dark"})", owner("a")).encounter) << damaged;
    }
    EXPECT_EQ(local(), json(R"({"note":"secret"})"));

    EXPECT_FALSE(look(R"({"theme":"dark"})", owner("a"), Meeting::merge).encounter);
    EXPECT_FALSE(look(R"({"theme":"dark"})", owner("a")).encounter);
}

TEST_F(MeetingsTest, AHeldDocumentBindsNobody) {
    Json whole = Json::object();
    for (int number = 0; number < 12; ++number) whole["k" + std::to_string(number)] = number;
    edit(Patch{whole});
    sync();

    patch(R"({"note":"secret"})");

    EXPECT_TRUE(look("{}", owner("a")).held);
    EXPECT_EQ(pending(), Json::object());
    EXPECT_FALSE(look(to_text(whole), owner("b")).encounter);
    EXPECT_EQ(pending(), json(R"({"note":"secret"})"));
}

}  // namespace
}  // namespace settings::store
