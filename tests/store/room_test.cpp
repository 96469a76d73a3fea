// What the settings may take all together.

#include <gmock/gmock.h>

#include "model/limits.h"
#include "tests/store/ledger_fixture.h"

namespace settings::store {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::size_t mebibyte = 1'048'576;

class RoomTest : public LedgerFixture {
  protected:
    static Edit large(std::string const& key, std::size_t bytes) {
        return Patch{{{key, std::string(bytes, 'x')}}};
    }

    /// Why an edit is refused; empty when it is made.
    std::string refusal_of(Edit const& asked) {
        auto const saved = ledger.apply(asked, "test");
        if (saved) return {};
        EXPECT_EQ(saved.error().code(), Errc::too_large);
        return saved.error().message();
    }

    /// What others make of the account, and what is known of it after a look.
    Json account = Json::object();
    void look() { static_cast<void>(ledger.mirror().reconcile({.remote = account}, clock)); }

    /// As the whole of it is rendered.
    std::size_t size() { return to_text(local()).size(); }

    void fill() {
        for (int n = 0; n < 7; ++n) edit(large("k" + std::to_string(n), mebibyte));
    }
};

TEST_F(RoomTest, EndsAtTheBoundAndNotBefore) {
    fill();
    edit(large("last", static_cast<std::size_t>(document_bytes) - size() - 30));
    ASSERT_GT(size(), static_cast<std::size_t>(document_bytes) - 30);

    EXPECT_THAT(refusal_of(large("more", 100)), HasSubstr("8.0 MiB is the most"));

    EXPECT_LE(size(), static_cast<std::size_t>(document_bytes));
    EXPECT_EQ(refusal_of(large("k1", mebibyte)), "") << "nothing grows by that";
    EXPECT_EQ(refusal_of(Erase{{"k1"}}), "");
    EXPECT_EQ(refusal_of(large("more", 100)), "");
}

TEST_F(RoomTest, WhatOtherDevicesBroughtIsThereAndCanBeRemoved) {
    Json document = Json::object();
    for (int n = 0; n < 10; ++n) document["k" + std::to_string(n)] = std::string(mebibyte, 'y');
    static_cast<void>(ledger.mirror().reconcile({.remote = document}, clock));
    ASSERT_GT(size(), 10 * mebibyte);

    EXPECT_THAT(refusal_of(large("more", 1)), HasSubstr("10.0 MiB already"));
    EXPECT_THAT(refusal_of(large("k1", mebibyte + 1)), HasSubstr("only removals"));
    EXPECT_EQ(refusal_of(large("k1", 10)), "");
    EXPECT_EQ(refusal_of(Erase{{"k2"}}), "");
    EXPECT_EQ(refusal_of(Replace{{{"small", 1}}}), "");
    EXPECT_EQ(local(), Json({{"small", 1}}));
}

Json list_of(std::size_t values) { return Json::array_t(values, Json(1)); }

TEST_F(RoomTest, AValueThatNoDeviceCouldReadIsNotTaken) {
    EXPECT_THAT(refusal_of(Patch{{{"big", list_of(limits::remote_values)}}}),
                HasSubstr("\"big\" would hold 400001 values"));
    EXPECT_EQ(refusal_of(Patch{{{"big", list_of(limits::remote_values - 1)}}}), "");
    EXPECT_EQ(refusal_of(Patch{{{"commas", std::string(limits::remote_values * 2, ',')}}}), "");
}

TEST_F(RoomTest, TheAccountGetsNoMoreValuesThanCanBeRead) {
    account["theirs"] = list_of(300'000);
    look();
    edit(Patch{{{"many", list_of(150'000)}, {"few", list_of(50'000)}}});

    EXPECT_THAT(keys(freeze().batch), ElementsAre("few"));
    send();
    EXPECT_THAT(keys(freeze().without_room), ElementsAre("many"));
    edit(Erase{{"theirs"}});
    send();
    EXPECT_THAT(keys(freeze().batch), ElementsAre("many"));
}

TEST_F(RoomTest, TheAccountIsNotFilledPastWhatCanBeRead) {
    account["theirs"] = std::string(7 * mebibyte, 'y');
    look();
    edit(large("fits", mebibyte / 2));
    look();
    account["more"] = std::string(mebibyte * 3 / 4, 'z');
    look();

    auto const frozen = freeze();

    EXPECT_THAT(keys(frozen.batch), IsEmpty());
    EXPECT_THAT(keys(frozen.without_room), ElementsAre("fits"));
    EXPECT_EQ(sent("flying"), 0);
}

TEST_F(RoomTest, WhatMakesRoomInTheAccountGoesFirst) {
    account["k1"] = account["k2"] = std::string(3 * mebibyte, 'y');
    look();
    edit(large("large", mebibyte));
    edit(large("small", 1'000));
    edit(Erase{{"k1"}});
    account["k3"] = std::string(mebibyte * 3 / 2, 'z');
    look();

    auto const first = freeze();
    settle(first.batch);
    auto const second = freeze();

    EXPECT_THAT(keys(first.batch), ElementsAre("small", "k1"));
    EXPECT_THAT(keys(first.without_room), IsEmpty());
    EXPECT_THAT(keys(second.batch), ElementsAre("large"));
}

TEST_F(RoomTest, WhatTheServerAcceptedFillsTheAccount) {
    for (int n = 0; n < 5; ++n) edit(large("k" + std::to_string(n), mebibyte));
    account["theirs"] = std::string(4 * mebibyte, 'y');
    look();

    std::size_t sent = 0;
    for (auto frozen = freeze(); !frozen.batch.empty(); frozen = freeze()) {
        sent += frozen.bytes;
        settle(frozen.batch);
    }

    EXPECT_GT(sent, 3 * mebibyte);
    EXPECT_LE(sent, 4 * mebibyte);
}

TEST_F(RoomTest, WhatIsTriedAgainNeedsRoomInTheAccountAsWell) {
    edit(large("k", mebibyte));
    reject(freeze().batch, {413, "no room"}, clock);

    account["theirs"] = std::string(8 * mebibyte - 100, 'y');
    look();
    auto const full = freeze();
    account["theirs"] = std::string(6 * mebibyte, 'y');
    look();
    auto const roomy = freeze();

    EXPECT_FALSE(full.retry);
    EXPECT_THAT(keys(full.without_room), ElementsAre("k"));
    EXPECT_TRUE(roomy.retry);
    EXPECT_THAT(keys(roomy.batch), ElementsAre("k"));
}

TEST_F(RoomTest, AnUndoAndARestoreNeedRoomAsWell) {
    fill();
    edit(large("k0", 10));
    edit(large("k7", mebibyte));
    edit(large("k8", mebibyte / 2));
    Conflicts{connection}.add({{{"k0"}, {}, Json(10), Json(std::string(mebibyte, 'z')), {}}}, 1);

    auto const undone = ledger.undo({Undo::One{8}}, "test");
    auto const restored = ledger.decisions().resolve_conflict(1, /*restore=*/true, "test");

    ASSERT_FALSE(undone);
    EXPECT_EQ(undone.error().code(), Errc::too_large);
    ASSERT_FALSE(restored);
    EXPECT_EQ(restored.error().code(), Errc::too_large);
    EXPECT_EQ(ledger.head(), 10);
    EXPECT_EQ(number("SELECT count(*) FROM conflict"), 1);
}

TEST_F(RoomTest, WhatWasRolledBackTakesNone) {
    fill();
    static_cast<void>(ledger.take_commit());
    auto const before = ledger.mark();
    connection.execute("BEGIN");
    connection.execute("SAVEPOINT operation");
    edit(large("k7", mebibyte - 100));
    connection.execute("ROLLBACK TO operation");
    ledger.back_to(before);
    EXPECT_EQ(refusal_of(large("k8", mebibyte - 200)), "");
    EXPECT_NE(refusal_of(large("k9", mebibyte - 200)), "");
    connection.execute("ROLLBACK");
    ledger.reload();

    EXPECT_EQ(refusal_of(large("k9", mebibyte - 200)), "");
}

TEST_F(RoomTest, IsTheSameAfterAReopen) {
    fill();
    Ledger again{connection, [] { return 0; }};

    EXPECT_TRUE(again.apply(large("k7", mebibyte - 200), "test"));
    EXPECT_FALSE(again.apply(large("k8", 1'000), "test"));
}

}  // namespace
}  // namespace settings::store
