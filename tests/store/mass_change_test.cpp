// Documents of the server that would change too much to be taken on trust.

#include <gmock/gmock.h>

#include "tests/store/ledger_fixture.h"

namespace settings::store {
namespace {

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

    /// Ten settings of which the server has changed so many.
    static std::string changed(int count) {
        Json document = settings(10, 1);
        document.update(settings(count, 2));
        return to_text(document);
    }

    void sync_ten() {
        edit(Patch{settings(10, 1)});
        sync();
    }

    /// Everything that the store holds.
    std::string everything() {
        std::string text;
        for (auto const* rows :
             {"SELECT quote(key) || quote(local) || quote(mirror) || revision FROM setting",
              "SELECT revision || quote(changes) FROM journal",
              "SELECT id || key || quote(before) || quote(value) || at || state || again || looked "
              "FROM sent",
              "SELECT key || status || message || at || refusals || retry_at FROM rejected",
              "SELECT id || path FROM conflict", "SELECT name || value FROM memory"}) {
            Statement statement{connection, rows};
            for (auto found = statement.query(); found.next();)
                text += std::string{found.text(0)} + "\n";
        }
        return text;
    }
};

TEST_F(MassChangeTest, HoldsADocumentThatChangesOverHalfOfTheKnownKeys) {
    sync_ten();

    EXPECT_FALSE(reconcile(changed(5)).held);
    EXPECT_THAT(reconcile(R"({"k0":2,"k1":2,"k2":2,"k3":3,"k5":3})").held,
                Optional(MassChangeOf(10, 2, 5)));
}

TEST_F(MassChangeTest, HoldsADocumentThatWouldEmptyOurs) {
    patch(R"({"a":1})");
    sync();

    EXPECT_THAT(reconcile("{}").held, Optional(MassChangeOf(1, 0, 1)));
}

TEST_F(MassChangeTest, HoldsAnEmptyDocumentThoughEditsOfOursArePending) {
    patch(R"({"a":1,"b":1})");
    sync();
    patch(R"({"b":2,"c":1})");

    EXPECT_EQ(reconcile("{}").held, (MassChange{2, 0, 2}));
    EXPECT_EQ(local(), json(R"({"a":1,"b":2,"c":1})"));
}

TEST_F(MassChangeTest, DoesNotHoldWhatWeRemovedOurselves) {
    patch(R"({"a":1,"b":1})");
    sync();
    erase({"a", "b"});
    static_cast<void>(freeze());
    patch(R"({"b":2})");

    EXPECT_FALSE(reconcile("{}").held);
    EXPECT_EQ(local(), json(R"({"b":2})"));
}

TEST_F(MassChangeTest, LetsFewKeysChangeInOneGo) {
    edit(Patch{settings(9, 1)});
    sync();

    EXPECT_FALSE(reconcile(to_text(settings(9, 2))).held);
}

TEST_F(MassChangeTest, DoesNotCountWhatChangesNothingHere) {
    sync_ten();
    edit(Patch{settings(10, 2)});

    EXPECT_FALSE(reconcile(changed(10)).held);
}

TEST_F(MassChangeTest, DoesNotCountKeysThatTheServerNeverHad) {
    edit(Patch{settings(20, 1)});

    EXPECT_FALSE(reconcile(to_text(settings(20, 2))).held);
}

TEST_F(MassChangeTest, DoesNotCountWhatIsNewOnTheServer) {
    sync_ten();

    EXPECT_FALSE(reconcile(to_text(settings(50, 1))).held);
}

TEST_F(MassChangeTest, TheFirstLookOfANewDeviceIsNeverHeld) {
    EXPECT_FALSE(reconcile(to_text(settings(50, 1))).held);
}

TEST_F(MassChangeTest, WritesNothingAtAllWhileItHolds) {
    sync_ten();
    patch(R"({"bad":1,"late":1,"k0":7})");
    reject({freeze().batch[0]}, {400, "no"}, clock);
    reconcile(changed(1));
    static_cast<void>(freeze());
    ledger.memory().remember("text");
    clock += std::chrono::hours{3};
    auto const before = everything();

    EXPECT_TRUE(reconcile("{}").held);

    EXPECT_EQ(everything(), before);
}

TEST_F(MassChangeTest, AppliesItWhenAPersonSaysSo) {
    sync_ten();

    auto const outcome = reconcile(changed(10), Winner::local, Verdict::apply);

    EXPECT_FALSE(outcome.held);
    EXPECT_EQ(outcome.applied, 10U);
    EXPECT_EQ(local(), settings(10, 2));
    EXPECT_EQ(ledger.mirror().backlog().pending, 0U);
}

TEST_F(MassChangeTest, PutsOurDocumentBackWhenAPersonRefusesIt) {
    sync_ten();

    auto const outcome = reconcile(R"({"k0":1,"k1":2,"alien":1})", Winner::local, Verdict::refuse);

    EXPECT_FALSE(outcome.held);
    EXPECT_EQ(outcome.applied, 0U);
    EXPECT_EQ(local(), settings(10, 1));
    EXPECT_EQ(mirror(), json(R"({"k0":1,"k1":2,"alien":1})"));
    EXPECT_THAT(freeze().batch, SizeIs(10));  // nine of ours, and the alien's removal
}

TEST_F(MassChangeTest, AVerdictSaysNothingAboutADocumentThatChangesLittle) {
    sync_ten();

    reconcile(changed(1), Winner::local, Verdict::refuse);

    EXPECT_EQ(local().at("k0"), 2);
}

}  // namespace
}  // namespace settings::store
