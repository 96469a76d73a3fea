#include "daemon/service/feed.h"

#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <exception>
#include <future>
#include <optional>

#include "store/ledger.h"
#include "store/schema.h"
#include "tests/support/temporary_folder.h"

namespace settings::daemon {
namespace {

using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::StartsWith;

class FeedTest : public testing::Test {
  protected:
    FeedTest() { view.apply({0, {}, /*whole=*/true, this_store}); }

    void patch(Json const& partial) { ASSERT_TRUE(ledger.apply(Patch{partial}, R"({"pid":1})")); }

    /// As the daemon does after a commit.
    void publish() {
        view.apply(ledger.take_commit());
        feed.publish();
    }

    void edit(Json const& partial) {
        patch(partial);
        publish();
    }

    /// The ids of all events after the cursor, as a watcher would get them.
    std::vector<Revision> ids_after(Revision cursor, std::string const& path = {}) {
        std::vector<Revision> ids;
        for (auto events = after(cursor, path); events.cursor.revision != cursor;
             events = after(cursor, path)) {
            for (auto const& frame : events.frames) ids.push_back(id_of(*frame));
            cursor = events.cursor.revision;
        }
        return ids;
    }

    ipc::Events after(Revision cursor, std::string const& path) {
        return after(Tag{cursor, this_store}, path);
    }

    ipc::Events after(Tag cursor, std::string const& path) {
        std::optional<ipc::Events> events;
        boost::asio::co_spawn(
            loop, feed.after(cursor, path),
            [&events](std::exception_ptr const&, ipc::Events told) { events = std::move(told); });
        loop.restart();
        while (!events) loop.run_one();
        return *events;
    }

    static Revision id_of(std::string const& frame) {
        return std::stoll(frame.substr(frame.find("id: ") + 4));
    }

    static std::vector<Revision> numbers(Revision first, Revision last) {
        std::vector<Revision> list;
        for (auto i = first; i <= last; ++i) list.push_back(i);
        return list;
    }

    /// Somebody who waits, so that what is ready is kept.
    void watch() {
        boost::asio::co_spawn(loop, wait(), boost::asio::detached);
        loop.poll();
    }

    boost::asio::awaitable<void> wait() {
        (void)co_await feed.changed().wait_until(loop::Signal::Clock::time_point::max());
    }

    static constexpr StoreId this_store = 0xab;

    TemporaryFolder folder;
    std::filesystem::path file = folder / "settings.db";
    store::Connection connection = store::open_for_writing(file);
    store::Ledger ledger{connection, [] { return 1'700'000'000'000; }};
    store::Reader reader{file};
    store::View view;
    boost::asio::io_context loop;
    loop::Worker worker{loop.get_executor()};
    Feed feed{loop.get_executor(), view, reader, worker};
};

TEST_F(FeedTest, TellsOfEachRevisionOnce) {
    edit({{"theme", "dark"}});

    auto const events = after(0, "");

    EXPECT_EQ(events.cursor.revision, 1);
    ASSERT_THAT(events.frames, SizeIs(1));
    EXPECT_EQ(*events.frames[0],
              "event: change\nid: 1-00000000000000ab\ndata: "
              R"({"revision":1,"at":"2023-11-14T22:13:20Z","origin":"app","app":{"pid":1},)"
              R"("changes":[{"path":"theme","new":"dark"}]})"
              "\n\n");
    EXPECT_THAT(after(1, "").frames, IsEmpty());
    EXPECT_EQ(after(1, "").cursor.revision, 1);
}

TEST_F(FeedTest, RendersOnceForAllWhoWatch) {
    edit({{"a", 1}});

    EXPECT_EQ(after(0, "").frames[0], after(0, "").frames[0]);
}

TEST_F(FeedTest, RendersOnceForAllWhoWatchOnePath) {
    edit({{"a", {{"x", 1}}}});

    EXPECT_EQ(after(0, "a.x").frames[0], after(0, "a.x").frames[0]);
}

TEST_F(FeedTest, RendersWhatIsLargeOnceForAllWhoAskAtOneTime) {
    std::promise<void> released;
    worker.post(
        loop::Worker::large, [held = released.get_future().share()] { held.wait(); }, [] {});
    edit({{"a", std::string(loop::Worker::large, 'x')}});
    std::vector<ipc::Events> told;
    for (int watcher = 0; watcher < 3; ++watcher)
        boost::asio::co_spawn(loop, feed.after({0, this_store}, ""),
                              [&told](std::exception_ptr const&, ipc::Events events) {
                                  told.push_back(std::move(events));
                              });
    loop.restart();
    loop.poll();
    EXPECT_THAT(told, IsEmpty());
    edit({{"b", 1}});
    EXPECT_THAT(after(1, "").frames, SizeIs(1)) << "an ordinary event waits for no large one";

    released.set_value();
    auto const busy = boost::asio::make_work_guard(loop);
    while (told.size() < 3) loop.run_one();

    for (auto const& events : told) {
        ASSERT_THAT(events.frames, SizeIs(1));
        EXPECT_EQ(events.cursor.revision, 1);
        EXPECT_EQ(events.frames[0], told[0].frames[0]);
    }
}

TEST_F(FeedTest, ManyPathsAreEachToldWhatConcernsThem) {
    Json document;
    for (int i = 0; i < 40; ++i) document["k" + std::to_string(i)] = i;
    edit(document);

    for (int i = 0; i < 40; ++i) {
        auto const key = "k" + std::to_string(i);
        EXPECT_THAT(*after(0, key).frames.at(0), HasSubstr("[{\"path\":\"" + key + "\","));
    }
}

TEST_F(FeedTest, BeginsAnewWithAViewThatWasReadAnew) {
    edit({{"a", 1}});
    auto const before = after(0, "").frames.at(0);

    feed.publish(/*whole=*/true);

    EXPECT_NE(after(0, "").frames.at(0), before);
}

TEST_F(FeedTest, WhatCannotBeReadIsMadeUpForByTheWholeDocument) {
    for (int i = 1; i <= 3; ++i) edit({{"count", i}});
    connection.execute("UPDATE journal SET changes = 'torn' WHERE revision = 2");

    EXPECT_THAT(*after(0, "").frames.at(0), StartsWith("event: reset\nid: 3-00000000000000ab\n"));
}

TEST_F(FeedTest, SaysNothingOfWhatTheViewDoesNotShowYet) {
    edit({{"a", 1}});
    patch({{"a", 2}});

    EXPECT_THAT(ids_after(0), ElementsAre(1));
    publish();
    EXPECT_THAT(ids_after(1), ElementsAre(2));
}

TEST_F(FeedTest, TellsOnlyWhatConcernsThePathAndMovesOn) {
    edit({{"a", {{"x", 1}, {"y", 1}}}});
    edit({{"b", 1}});
    edit({{"a", {{"y", 2}}}});

    auto const events = after(0, "a.x");

    EXPECT_EQ(events.cursor.revision, 3);
    ASSERT_THAT(events.frames, SizeIs(1));
    EXPECT_THAT(*events.frames[0], HasSubstr(R"("changes":[{"path":"a.x","new":1}]})"));
}

TEST_F(FeedTest, LeavesOutNothingHoweverFarBehindSomebodyIs) {
    watch();
    for (int i = 1; i <= 2'000; ++i) {
        edit({{"count", i}});
        if (i % 700 == 0) {
            EXPECT_THAT(ids_after(i - 3), SizeIs(3));
        }
    }

    EXPECT_EQ(ids_after(0), numbers(1, 2'000));
    EXPECT_EQ(ids_after(1'480), numbers(1'481, 2'000));
    EXPECT_EQ(ids_after(1'990, "count"), numbers(1'991, 2'000));
}

TEST_F(FeedTest, LeavesOutNothingOfLargeValues) {
    watch();
    for (int i = 1; i <= 12; ++i)
        edit({{"blob", std::string(300'000, static_cast<char>('a' + i))}});

    EXPECT_EQ(ids_after(0), numbers(1, 12));
    EXPECT_EQ(ids_after(9), numbers(10, 12));
}

TEST_F(FeedTest, GivesTheWholeDocumentToOneWhomHistoryLeftBehind) {
    for (int i = 1; i <= 5; ++i) edit({{"count", i}});
    connection.execute("DELETE FROM journal WHERE revision <= 2");

    auto const events = after(1, "other");

    EXPECT_EQ(events.cursor.revision, 5);
    ASSERT_THAT(events.frames, SizeIs(1));
    EXPECT_EQ(*events.frames[0],
              "event: reset\nid: 5-00000000000000ab\ndata: "
              "{\"revision\":5,\"settings\":{\"count\":5}}\n\n");
    EXPECT_THAT(ids_after(2), ElementsAre(3, 4, 5));
}

TEST_F(FeedTest, GivesTheWholeDocumentToOneWhoComesToAGap) {
    for (int i = 1; i <= 3; ++i) edit({{"count", i}});
    auto const leave_gap = [&](Revision next) {
        connection.execute(("INSERT INTO journal (revision, at, origin, app, changes) VALUES (" +
                            std::to_string(next) + ", 0, 'recovery', '', '[]')")
                               .c_str());
        ledger.reload();
    };
    leave_gap(5);
    leave_gap(8);
    leave_gap(20);
    watch();
    EXPECT_THAT(ids_after(0), ElementsAre(1, 2, 3)) << "the view is there";

    edit({{"count", 21}});
    EXPECT_THAT(ids_after(0), ElementsAre(1, 2, 3, 21));
    EXPECT_THAT(ids_after(20), ElementsAre(21));
    EXPECT_THAT(ids_after(6), ElementsAre(21));
    edit({{"count", 22}});
    EXPECT_THAT(ids_after(21), ElementsAre(22));
    EXPECT_THAT(ids_after(4), ElementsAre(5, 22));
}

TEST_F(FeedTest, AnEntryOfAnotherFormIsMadeUpForToo) {
    for (auto const* changes : {"[{\"path\":[]}]", "7", "[{\"path\":\"b\"}]", "[{}]"}) {
        edit({{"count", changes}});
        store::Statement{connection, "UPDATE journal SET changes = ? WHERE revision = ?"}.run(
            std::string_view{changes}, view.revision());
        feed.publish(/*whole=*/true);

        EXPECT_THAT(*after(view.revision() - 1, "/b").frames.at(0), StartsWith("event: reset\n"));
    }
}

TEST_F(FeedTest, GivesTheWholeDocumentToOneWhoComesFromAnotherHistory) {
    edit({{"a", 1}});

    // By its number, and by its store.
    EXPECT_THAT(*after(Tag{0, this_store + 1}, "").frames.at(0), StartsWith("event: reset\n"));
    EXPECT_THAT(*after(Tag{1, this_store + 1}, "").frames.at(0), StartsWith("event: reset\n"));
    EXPECT_THAT(*after(9, "").frames.at(0), StartsWith("event: reset\nid: 1-00000000000000ab\n"));
}

}  // namespace
}  // namespace settings::daemon
