// Edits, and the receipts for them.

#include "daemon/service/edits.h"

#include <gmock/gmock.h>

#include <boost/asio/detached.hpp>

#include "model/value_tag.h"
#include "tests/daemon/service/service_fixture.h"

namespace settings::daemon {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

/// The condition of If-Match.
ipc::Condition match(std::string const& tag) { return {'"' + tag + '"', std::nullopt}; }

class EditsTest : public ServiceFixture {
  protected:
    Answer write(Json const& partial, ipc::Wait wait = {}) {
        return edits.write(peer, {Patch{partial}, {}, wait});
    }
    Answer put_value(std::string path, std::optional<Json> value, ipc::Condition condition = {},
                     ipc::Wait wait = {}) {
        return edits.write_value(peer, {std::move(path), std::move(value), condition, wait});
    }
    Answer take_back(Revision revision, ipc::Wait wait = {}) {
        return edits.take_back(peer, {{Undo::One{revision}}, {}, wait});
    }

    /// As the daemon does after a commit.
    void edit_again(Json const& partial) {
        patch(partial);
        receipts.look_again();
    }

    Receipts receipts{reader, sync, overview};
    Edits edits{writer, receipts};
};

TEST_F(EditsTest, AnEditIsAnsweredWhenItIsOnDisk) {
    auto const reply = finish(write({{"a", 1}}));

    EXPECT_EQ(*reply.body,
              R"({"success":true,"message":"User settings partially updated successfully",)"
              R"("revision":1})");
    EXPECT_EQ(reply.etag, text_of(view.tag()));
    EXPECT_EQ(reader.standing("a").local, to_text(Json(1)));
}

TEST_F(EditsTest, TheJournalTellsWhoMadeIt) {
    finish(write({{"a", 1}}));

    auto const entry = reader.journal().find(1);
    ASSERT_TRUE(entry);
    EXPECT_EQ(Json::parse(entry->app), (Json{{"pid", 4711}, {"uid", 1000}}));
}

TEST_F(EditsTest, AnEditOfAnotherDocumentThanNamedIsRefused) {
    finish(write({{"a", 1}}));

    auto const refused =
        finish(edits.write(peer, {Patch{{{"a", 2}}}, ipc::Condition{R"("0")", std::nullopt}}));
    EXPECT_EQ(refused.status, 412);
    EXPECT_EQ(refused.etag, text_of(view.tag()));
    EXPECT_EQ(reader.standing("a").local, to_text(Json(1)));
}

TEST_F(EditsTest, AValueIsPutWholeAndRemovedByItsPath) {
    patch({{"a", {{"x", 1}, {"y", 2}}}});

    auto const put = finish(put_value("a", Json{{"x", 3}}));
    EXPECT_EQ(put.status, 200);
    EXPECT_EQ(put.etag, value_tag(R"({"x":3})"));
    EXPECT_EQ(body_of(put).at("tag"), text_of(view.tag()));
    EXPECT_EQ(reader.standing("a").local, to_text(Json({{"x", 3}})));

    auto const removed = finish(put_value("a.x", std::nullopt));
    EXPECT_EQ(removed.status, 200);
    EXPECT_EQ(removed.etag, "");
    EXPECT_EQ(reader.standing("a").local, to_text(Json::object()));

    EXPECT_EQ(body_of(finish(put_value("a.x", std::nullopt))).at("revision"), 3)
        << "what is absent is passed over";
}

TEST_F(EditsTest, ANullIsAValue) {
    auto const put = finish(put_value("a", Json(nullptr)));

    EXPECT_EQ(put.etag, value_tag("null"));
    EXPECT_EQ(reader.standing("a").local, to_text(Json(nullptr)));
}

TEST_F(EditsTest, AValueIsPutWhereItIsStillTheOneThatIsNamedWhateverElseChanged) {
    patch({{"a", {{"x", 1}, {"y", 2}}}});
    patch({{"b", 1}, {"a", {{"y", 3}}}});

    EXPECT_EQ(finish(put_value("a.x", 2, match(value_tag("1")))).status, 200);

    auto const late = finish(put_value("a.x", 3, match(value_tag("1"))));
    EXPECT_EQ(late.status, 412);
    EXPECT_EQ(late.etag, value_tag("2"));
    EXPECT_THAT(message_of(late), HasSubstr("\"a.x\" is not what If-Match names"));
    EXPECT_EQ(finish(put_value("a.x", std::nullopt, match(value_tag("1")))).status, 412);
    EXPECT_EQ(reader.standing("a").local, to_text(Json({{"x", 2}, {"y", 3}})));
    EXPECT_EQ(view.revision(), 3);
}

TEST_F(EditsTest, TheTagOfADocumentNamesAllOfItsValues) {
    patch({{"a", 1}});
    auto const document = match(text_of(view.tag()));

    EXPECT_EQ(finish(put_value("b", 1, document)).status, 200) << "which is not there, either";
    EXPECT_EQ(finish(put_value("a", 2, document)).status, 412) << "b is another one";
}

TEST_F(EditsTest, AStarTellsWhatIsThereFromWhatIsNot) {
    ipc::Condition const there{"*", std::nullopt};
    ipc::Condition const absent{std::nullopt, "*"};

    auto const nothing = finish(put_value("a", 1, there));
    EXPECT_EQ(nothing.status, 412);
    EXPECT_EQ(nothing.etag, "");
    EXPECT_THAT(message_of(nothing), HasSubstr("\"a\" has no value"));
    EXPECT_EQ(finish(put_value("a", std::nullopt, there)).status, 412);
    EXPECT_EQ(finish(put_value("a", 1, absent)).status, 200);
    EXPECT_EQ(finish(put_value("a", 2, there)).status, 200);
    auto const taken = finish(put_value("a", 3, absent));
    EXPECT_EQ(taken.status, 412);
    EXPECT_THAT(message_of(taken), HasSubstr("\"a\" has a value already"));
    EXPECT_EQ(reader.standing("a").local, to_text(Json(2)));
}

TEST_F(EditsTest, AValueIsPutWhereAnAssignmentWouldPutItOrRefused) {
    patch({{"theme", "dark"}, {"editor.fontSize", 12}});

    EXPECT_EQ(finish(put_value("editor.fontSize", 14)).status, 200);
    EXPECT_EQ(finish(put_value("theme.name", 1)).status, 409);
    EXPECT_EQ(reader.standing("editor.fontSize").local, to_text(Json(14)));
}

TEST_F(EditsTest, AReceiptForOneValueComesWhenTheServerHasIt) {
    auto const pending = start(put_value("a", 1, {}, 1h));
    run_until_somebody_waits();
    send();

    auto const reply = finish(pending);
    EXPECT_EQ(body_of(reply).at("synced"), true);
    EXPECT_EQ(reply.etag, value_tag("1"));
}

TEST_F(EditsTest, TakesAnEditBackOnce) {
    finish(write({{"a", 1}}));
    finish(write({{"a", 2}}));

    auto const back = body_of(finish(take_back(2)));
    EXPECT_EQ(back.at("message"), "The old values are back");
    EXPECT_EQ(back.at("undone"), 1);
    EXPECT_EQ(back.at("revision"), 3);
    EXPECT_EQ(reader.standing("a").local, to_text(Json(1)));
    EXPECT_EQ(finish(take_back(9)).status, 404);
}

TEST_F(EditsTest, AReceiptComesWhenTheServerHasTheEdit) {
    auto const pending = start(write({{"a", 1}, {"b", 1}}, 1h));
    run_until_somebody_waits();
    send();

    auto const reply = finish(pending);
    EXPECT_EQ(body_of(reply).at("synced"), true);
    EXPECT_EQ(reply.waited, 1h);
}

TEST_F(EditsTest, AReceiptForManyKeysWaitsForEachOfThem) {
    Json document;
    for (int i = 0; i < 100; ++i) document["k" + std::to_string(i)] = i;
    auto const pending = start(write(document, 1h));
    run_until_somebody_waits();
    commit([](store::Ledger& ledger) {
        auto const part = ledger.mirror().freeze({99, 0}, 1'000'000, Time{});
        static_cast<void>(ledger.mirror().settle(part.batch, Time{}));
    });
    sync.progress().notify();
    loop.poll();
    EXPECT_FALSE(*pending);
    send();

    EXPECT_EQ(body_of(finish(pending)).at("synced"), true);
}

TEST_F(EditsTest, AReceiptForAnUndoWaitsAsWell) {
    finish(write({{"a", 1}}));
    send();
    auto const pending = start(take_back(1, 1h));
    run_until_somebody_waits();
    send();

    EXPECT_EQ(body_of(finish(pending)).at("synced"), true);
}

TEST_F(EditsTest, AReceiptForWhatTheServerHasComesAtOnce) {
    finish(write({{"a", 1}}));
    send();

    EXPECT_EQ(body_of(finish(write({{"a", 1}}, 1h))).at("synced"), true);
}

TEST_F(EditsTest, AReceiptSaysThatTheEditWasReplaced) {
    auto const pending = start(write({{"a", 1}}, 1h));
    run_until_somebody_waits();
    edit_again({{"a", 2}});

    EXPECT_EQ(body_of(finish(pending)).at("reason"),
              "\"a\" was changed again before the server had it");
}

TEST_F(EditsTest, AReceiptSaysThatTheServerRefusedTheEdit) {
    auto const pending = start(write({{"a", 1}}, 1h));
    run_until_somebody_waits();
    send_in_vain();

    auto const body = body_of(finish(pending));
    EXPECT_EQ(body.at("synced"), false);
    EXPECT_THAT(body.at("reason"), HasSubstr("no such theme"));
}

TEST_F(EditsTest, AReceiptDoesNotWaitForAPerson) {
    auto const pending = start(write({{"a", 1}}, 1h));
    run_until_somebody_waits();
    sync.move_to(sync::Paused{});

    EXPECT_THAT(body_of(finish(pending)).at("reason"), HasSubstr("paused"));
}

TEST_F(EditsTest, AReceiptDoesNotOutliveTheDaemon) {
    auto const pending = start(write({{"a", 1}}, 1h));
    run_until_somebody_waits();
    sync.stopping = true;
    sync.progress().notify();

    EXPECT_EQ(body_of(finish(pending)).at("reason"), "settingsd is stopping");
}

TEST_F(EditsTest, AReceiptThatIsNotWaitedForSaysHowThingsStand) {
    auto const reply = finish(write({{"a", 1}}, 0s));

    EXPECT_EQ(body_of(reply).at("synced"), false);
    EXPECT_EQ(body_of(reply).at("reason"), summary(overview.now()));
}

/// Somebody else who waits for progress, and reads the store when there is some.
class BystanderTest : public EditsTest {
  protected:
    BystanderTest() { boost::asio::co_spawn(loop, stand_by(), boost::asio::detached); }

    boost::asio::awaitable<void> stand_by() {
        for (;;) {
            (void)co_await sync.progress().wait_until(loop::Signal::Clock::time_point::max());
            ++disturbed;
        }
    }

    int disturbed = 0;
};

TEST_F(BystanderTest, IsNotDisturbedByEditsThatNobodyWantsAReceiptFor) {
    run_until_somebody_waits();
    finish(write({{"a", 1}}));
    receipts.look_again();
    loop.poll();

    EXPECT_EQ(disturbed, 0);
}

TEST_F(BystanderTest, IsLeftInPeaceAgainAfterAReceiptThatFailed) {
    run_until_somebody_waits();
    auto const pending = start(write({{"a", 1}}, 1h));
    run_until([this] { return view.revision() == 1; });
    loop.poll();
    store::Connection{file, store::Connection::Mode::read_write}.execute("DROP TABLE setting");
    sync.progress().notify();
    EXPECT_THROW(finish(pending), store::SqliteError);
    loop.poll();

    disturbed = 0;
    receipts.look_again();
    loop.poll();
    EXPECT_EQ(disturbed, 0);
}

}  // namespace
}  // namespace settings::daemon
