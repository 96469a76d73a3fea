// A person decides about single keys of a document that is held.

#include "store/held.h"

#include <gmock/gmock.h>

#include "tests/store/ledger_fixture.h"

namespace settings::store {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::UnorderedElementsAre;

class HeldTest : public LedgerFixture {
  protected:
    static constexpr char const* before = R"({"a":1,"b":2,"c":3,"d":{"e":4,"f":5}})";

    /// The server is known to hold `before`, and then shows `remote`, which is held.
    MassChange hold(std::string_view remote) {
        patch(before);
        sync();
        static_cast<void>(local());
        return reconcile(remote).held.value();
    }

    Result<Reconciled> decide(Verdict verdict, std::vector<std::string> const& keys,
                              std::optional<std::size_t> document = std::nullopt) {
        return ledger.mirror().decide(keys, {verdict, document}, clock);
    }
    std::optional<MassChange> rest_after(Verdict verdict, std::vector<std::string> const& keys) {
        return decide(verdict, keys).value().held;
    }

    std::vector<std::string> pending() { return keys(freeze().batch); }
};

TEST_F(HeldTest, AKeyThatIsAppliedIsTakenOverAndTheRestIsHeld) {
    hold("{}");

    auto const rest = rest_after(Verdict::apply, {"a"});

    EXPECT_EQ(local(), json(R"({"b":2,"c":3,"d":{"e":4,"f":5}})"));
    ASSERT_TRUE(rest);
    EXPECT_THAT(rest->keys, ElementsAre("b", "c", "d"));
    EXPECT_EQ(rest->removed, 4U);
    EXPECT_EQ(last_changes(), json(R"([{"path":["a"],"old":1}])"));
    EXPECT_THAT(pending(), IsEmpty());
}

TEST_F(HeldTest, AKeyThatIsRefusedIsSentAndTheRestIsHeld) {
    hold("{}");

    auto const rest = rest_after(Verdict::refuse, {"a", "d"});

    EXPECT_EQ(local(), json(before));
    EXPECT_THAT(rest.value().keys, ElementsAre("b", "c"));
    EXPECT_THAT(pending(), UnorderedElementsAre("a", "d"));
}

TEST_F(HeldTest, AKeyThatOthersAddedIsDecidedAboutToo) {
    hold(R"({"alien":1,"other":1})");

    EXPECT_TRUE(rest_after(Verdict::apply, {"alien"}));
    EXPECT_TRUE(rest_after(Verdict::refuse, {"other"}));

    EXPECT_EQ(local().value("alien", 0), 1);
    EXPECT_FALSE(local().contains("other"));
    EXPECT_THAT(pending(), ElementsAre("other"));
}

TEST_F(HeldTest, TheRestIsHeldHoweverLittleItIs) {
    hold("{}");
    EXPECT_TRUE(rest_after(Verdict::apply, {"b", "c", "d"}));

    auto const looked = reconcile("{}").held;

    ASSERT_TRUE(looked);
    EXPECT_THAT(looked->keys, ElementsAre("a"));
    EXPECT_EQ(local(), json(R"({"a":1})"));
}

TEST_F(HeldTest, ALookFindsTheSameRest) {
    hold(R"({"c":7})");
    auto const rest = rest_after(Verdict::apply, {"b"}).value();

    auto const looked = reconcile(R"({"c":7})").held.value();

    EXPECT_EQ(looked.document, rest.document);
    EXPECT_EQ(looked.keys, rest.keys);
    EXPECT_EQ(looked.examples, rest.examples);
    EXPECT_EQ(looked.removed, rest.removed);
    EXPECT_EQ(looked.changed, rest.changed);
    EXPECT_EQ(looked.known, rest.known);
}

TEST_F(HeldTest, TheHoldEndsWithTheLastKey) {
    hold("{}");
    EXPECT_TRUE(rest_after(Verdict::apply, {"a", "b"}));

    EXPECT_FALSE(rest_after(Verdict::refuse, {"c", "d"}));

    EXPECT_EQ(number("SELECT count(*) FROM memory WHERE name LIKE 'held%'"), 0);
    EXPECT_THAT(pending(), UnorderedElementsAre("c", "d"));
    EXPECT_EQ(decide(Verdict::apply, {"c"}).error().code(), Errc::conflict);
}

TEST_F(HeldTest, TheHoldEndsWhereNothingIsLeftThatWouldGo) {
    hold(R"({"c":7})");

    EXPECT_FALSE(rest_after(Verdict::refuse, {"a", "b", "d"}));

    EXPECT_EQ(local().at("c"), 3) << "only a look takes over";
    EXPECT_FALSE(reconcile(R"({"c":7})").held);
    EXPECT_EQ(local().at("c"), 7);
}

TEST_F(HeldTest, WhatIsHeldLaterIsJudgedByItselfAgain) {
    hold("{}");
    EXPECT_FALSE(rest_after(Verdict::refuse, {"a", "b", "c", "d"}));
    sync();

    EXPECT_FALSE(reconcile(R"({"b":2,"c":3,"d":{"e":4,"f":5}})").held);
    EXPECT_FALSE(local().contains("a"));
}

TEST_F(HeldTest, WhatIsAppliedIsTheServersAndAnEditOfOursIsAConflict) {
    hold(R"({"d":{"e":9}})");
    patch(R"({"a":10,"b":20,"d":{"f":50}})");

    auto const done = decide(Verdict::apply, {"a", "d"}).value();

    EXPECT_EQ(local(), json(R"({"b":20,"c":3,"d":{"e":9}})"));
    EXPECT_THAT(done.conflicts,
                UnorderedElementsAre(Conflict{{"a"}, Json(1), Json(10), {}, Winner::remote},
                                     Conflict{{"d", "f"}, Json(5), Json(50), {}, Winner::remote}));
    EXPECT_THAT(pending(), IsEmpty());
}

TEST_F(HeldTest, WhatIsAppliedAsAWholeIsTheServersToo) {
    auto const shown = hold(R"({"d":{"e":9}})").document;
    patch(R"({"a":10,"new":1})");

    auto const done = reconcile(R"({"d":{"e":9}})", Winner::local, {Verdict::apply, shown});

    EXPECT_EQ(local(), json(R"({"d":{"e":9},"new":1})"));
    EXPECT_THAT(done.conflicts,
                ElementsAre(Conflict{{"a"}, Json(1), Json(10), {}, Winner::remote}));
    EXPECT_THAT(pending(), ElementsAre("new"));
}

TEST_F(HeldTest, WhereNobodyIsToBeAskedAnEditOfOursStays) {
    hold("{}");
    patch(R"({"a":10})");

    reconcile("{}", Winner::local, Verdict::apply);

    EXPECT_EQ(local(), json(R"({"a":10})"));
}

TEST_F(HeldTest, WhatTheServerWritesAtEachLookMakesNoOtherDocumentOfIt) {
    auto const shown = hold(R"({"d":{"e":1},"seen":1})").document;

    EXPECT_EQ(reconcile(R"({"d":{"e":2},"seen":2})").held.value().document, shown);
    EXPECT_TRUE(decide(Verdict::apply, {"a"}, shown));
    auto const rest = reconcile(R"({"d":{"e":3},"seen":3})").held.value();
    auto const done =
        reconcile(R"({"d":{"e":4},"seen":4})", Winner::local, {Verdict::apply, rest.document});

    EXPECT_FALSE(done.held);
    EXPECT_EQ(local(), json(R"({"d":{"e":4},"seen":4})"));
}

TEST_F(HeldTest, ADecisionIsOnTheDocumentThatWasShown) {
    auto const shown = hold("{}").document;
    reconcile(R"({"a":5})");

    EXPECT_EQ(decide(Verdict::apply, {"a"}, shown).error().code(), Errc::stale);

    EXPECT_EQ(local(), json(before));
    EXPECT_TRUE(decide(Verdict::apply, {"a"}, reconcile(R"({"a":5})").held->document));
    EXPECT_EQ(local().at("a"), 5);
}

TEST_F(HeldTest, ADecisionWithAWrongNameDoesNothing) {
    hold("{}");

    EXPECT_EQ(decide(Verdict::apply, {"a", "nowhere"}).error().code(), Errc::not_found);
    EXPECT_EQ(decide(Verdict::apply, {"a", "d.e"}).error().code(), Errc::bad_request);

    EXPECT_EQ(local(), json(before));
}

TEST_F(HeldTest, WhatTheDocumentDoesNotTouchIsNoPartOfIt) {
    hold(R"({"a":1})");

    EXPECT_EQ(decide(Verdict::apply, {"a"}).error().code(), Errc::not_found);
}

TEST_F(HeldTest, AKeyThatIsNamedTwiceIsDecidedOnce) {
    hold("{}");

    EXPECT_THAT(rest_after(Verdict::apply, {"a", "a", "/a"}).value().keys,
                ElementsAre("b", "c", "d"));
}

TEST_F(HeldTest, WhatIsDecidedIsNotDecidedAgain) {
    hold("{}");
    EXPECT_TRUE(rest_after(Verdict::refuse, {"a"}));

    EXPECT_EQ(decide(Verdict::apply, {"a"}).error().code(), Errc::not_found);
}

TEST_F(HeldTest, NothingIsHeldBeforeALookShowsIt) {
    EXPECT_EQ(decide(Verdict::apply, {"a"}).error().code(), Errc::conflict);
}

TEST_F(HeldTest, AVerdictOnTheWholeIsOnWhatIsLeft) {
    hold("{}");
    auto const rest = rest_after(Verdict::refuse, {"a"}).value();

    reconcile("{}", Winner::local, {Verdict::apply, rest.document});

    EXPECT_EQ(local(), json(R"({"a":1})"));
    EXPECT_THAT(pending(), ElementsAre("a"));
}

}  // namespace
}  // namespace settings::store
