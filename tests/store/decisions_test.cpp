// What a person decides about conflicts and refusals.

#include <gmock/gmock.h>

#include "tests/store/ledger_fixture.h"

namespace settings::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

class DecisionsTest : public LedgerFixture {
  protected:
    Result<void> resolve(std::int64_t id, bool restore) {
        return ledger.decisions().resolve_conflict(id, restore, "person");
    }

    void refuse(std::string_view partial, Time retry_at = Time::max()) {
        patch(partial);
        reject(freeze().batch, {400, "no"}, retry_at);
    }

    std::int64_t conflicts() { return number("SELECT count(*) FROM conflict"); }
};

TEST_F(DecisionsTest, RestoresTheirValueAsAnEditOfTheApp) {
    patch(R"({"a":{"x":1,"y":1}})");
    sync();
    patch(R"({"a":{"x":2}})");
    reconcile(R"({"a":{"x":3,"y":1}})");

    ASSERT_TRUE(resolve(1, true));

    EXPECT_EQ(local(), json(R"({"a":{"x":3,"y":1}})"));
    EXPECT_EQ(last_changes(), json(R"([{"path":["a","x"],"old":2,"new":3}])"));
    EXPECT_EQ(number("SELECT count(*) FROM journal WHERE origin = 'app' AND app = 'person'"), 1);
    EXPECT_EQ(conflicts(), 0);
}

TEST_F(DecisionsTest, RestoresOurValueAndSendsIt) {
    patch(R"({"a":1})");
    sync();
    patch(R"({"a":2})");
    reconcile(R"({"a":3})", Winner::remote);

    ASSERT_TRUE(resolve(1, true));

    EXPECT_EQ(local(), json(R"({"a":2})"));
    EXPECT_THAT(keys(freeze().batch), ElementsAre("a"));
}

TEST_F(DecisionsTest, RestoresARemoval) {
    patch(R"({"a":1,"b":1})");
    sync();
    patch(R"({"a":2})");
    reconcile(R"({"b":1})");

    ASSERT_TRUE(resolve(1, true));

    EXPECT_EQ(local(), json(R"({"b":1})"));
}

TEST_F(DecisionsTest, ADismissedConflictChangesNoSetting) {
    patch(R"({"a":1})");
    reconcile(R"({"a":3})");
    auto const head = ledger.head();

    ASSERT_TRUE(resolve(1, false));

    EXPECT_EQ(ledger.head(), head);
    EXPECT_EQ(conflicts(), 0);
}

TEST_F(DecisionsTest, AnUnknownConflictIsNotFound) {
    auto const outcome = resolve(7, true);

    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code(), Errc::not_found);
    EXPECT_THAT(outcome.error().message(), HasSubstr("number 7"));
}

TEST_F(DecisionsTest, ANumberIsNeverUsedForAnotherConflict) {
    patch(R"({"a":1})");
    reconcile(R"({"a":3})");
    ASSERT_TRUE(resolve(1, false));

    reconcile(R"({"a":4})");

    EXPECT_EQ(number("SELECT id FROM conflict"), 2);
}

TEST_F(DecisionsTest, RetriesOneRefusedKeyOrAllAtOnce) {
    refuse(R"({"a":1,"b":1,"c":1})");

    EXPECT_EQ(ledger.decisions().retry_rejected("b").value(), 1U);
    EXPECT_EQ(ledger.mirror().backlog().next_retry, Time{0});
    EXPECT_THAT(keys(freeze().batch), ElementsAre("b"));
    EXPECT_EQ(ledger.decisions().retry_rejected(std::nullopt).value(), 3U);
    EXPECT_EQ(number("SELECT count(*) FROM rejected WHERE retry_at = 0"), 3);
}

TEST_F(DecisionsTest, ToRetryAKeyThatWasNotRefusedIsAnError) {
    auto const outcome = ledger.decisions().retry_rejected("a");

    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code(), Errc::not_found);
    EXPECT_EQ(ledger.decisions().retry_rejected(std::nullopt).value(), 0U);
}

TEST_F(DecisionsTest, DiscardsARefusedValueForTheServers) {
    patch(R"({"a":1})");
    sync();
    refuse(R"({"a":2,"new":1})");

    ASSERT_TRUE(ledger.decisions().discard_rejected("a", "person"));
    ASSERT_TRUE(ledger.decisions().discard_rejected("new", "person"));

    EXPECT_EQ(local(), json(R"({"a":1})"));
    EXPECT_EQ(number("SELECT count(*) FROM rejected"), 0);
    EXPECT_EQ(number("SELECT count(*) FROM journal WHERE app = 'person'"), 2);
    EXPECT_THAT(freeze().batch, IsEmpty());
}

TEST_F(DecisionsTest, ToDiscardAKeyThatWasNotRefusedIsAnErrorAndKeepsIt) {
    patch(R"({"a":1})");

    auto const outcome = ledger.decisions().discard_rejected("a", "person");

    ASSERT_FALSE(outcome);
    EXPECT_EQ(outcome.error().code(), Errc::not_found);
    EXPECT_THAT(outcome.error().message(), HasSubstr("\"a\""));
    EXPECT_EQ(local(), json(R"({"a":1})"));
}

}  // namespace
}  // namespace settings::store
