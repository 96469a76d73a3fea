#include "client/watch_stream.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/client/replies.h"

namespace settings::client {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

std::string const head = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n\r\n";

std::string refusal(int status) {
    return "HTTP/1.1 " + std::to_string(status) +
           " No\r\nContent-Length: 17\r\n\r\n{\"message\":\"why\"}";
}

/// The revision of the next change; 0 when none came.
Revision next_revision(WatchStream& stream) {
    auto event = stream.take();
    if (!event) return 0;
    return std::get<Entry>(event->value()).revision;
}

Errc next_error(WatchStream& stream) {
    auto const event = stream.take();
    EXPECT_TRUE(event && !*event);
    return event->error().code();
}

TEST(WatchStreamTest, AsksForWhatComesFromNowOn) {
    WatchStream stream{{}};

    EXPECT_FALSE(stream.is_open());
    EXPECT_EQ(stream.pause(), 0ms);
    EXPECT_EQ(stream.open().target, "/v1/watch");
    EXPECT_TRUE(stream.is_open());
    EXPECT_FALSE(stream.cursor());
}

TEST(WatchStreamTest, ReadsChangesHoweverTheyAreCut) {
    std::string const text = head + "retry: 1000\nid: 41\n\n" + change(42) + change(43);
    for (std::size_t piece = 1; piece <= text.size(); ++piece) {
        WatchStream stream{{}};
        (void)stream.open();
        for (std::size_t at = 0; at < text.size(); at += piece)
            stream.feed(std::string_view{text}.substr(at, piece));

        EXPECT_EQ(next_revision(stream), 42);
        EXPECT_EQ(next_revision(stream), 43);
        EXPECT_FALSE(stream.take());
    }
}

TEST(WatchStreamTest, TellsOfTheOrganizationBesideTheEventsOfTheUser) {
    WatchStream stream{{}};
    std::vector<Entry> told;
    std::string const aside =
        "event: organization\ndata: "
        "{\"origin\":\"organization\",\"changes\":[{\"path\":\"a\"}]}\n\n";
    (void)stream.open();
    stream.feed(head + "retry: 1000\nid: 41\n\n" + aside + change(42) + aside);

    EXPECT_EQ(next_revision(stream), 42) << "nobody listens";
    stream.on_organization([&](Entry const& entry) { told.push_back(entry); });
    EXPECT_FALSE(stream.take());

    ASSERT_EQ(told.size(), 1U);
    EXPECT_EQ(told.front().origin, "organization");
    EXPECT_EQ(told.front().changes.front().path, "a");
    EXPECT_EQ(stream.cursor(), "42");
}

TEST(WatchStreamTest, GoesOnAfterTheLastEventThatCame) {
    WatchStream stream{{.since = "3", .path = "a.b"}};
    EXPECT_EQ(stream.open().target, "/v1/watch?since=3&path=a.b");
    stream.feed(head + change(4) + change(5) + "event: change\nid: 6\n");

    stream.end();

    EXPECT_FALSE(stream.is_open());
    EXPECT_EQ(stream.open().target, "/v1/watch?since=5&path=a.b");
    EXPECT_EQ(next_revision(stream), 4);
    EXPECT_EQ(next_revision(stream), 5);
    EXPECT_EQ(next_revision(stream), 0);
}

TEST(WatchStreamTest, TheCursorIsAtTheLastEventThatWasTaken) {
    WatchStream stream{{.since = "3"}};
    (void)stream.open();
    stream.feed(head + change(4) + change(5));
    EXPECT_EQ(stream.cursor(), "3");

    EXPECT_EQ(next_revision(stream), 4);
    EXPECT_EQ(stream.cursor(), "4");
}

TEST(WatchStreamTest, HeartbeatsMoveTheCursorOnAndAreNoEvents) {
    WatchStream stream{{}};
    (void)stream.open();
    stream.feed(head + "id: 41\n\n: alive\nid: 44\n\n");

    EXPECT_FALSE(stream.take());
    EXPECT_EQ(stream.cursor(), "44");
}

TEST(WatchStreamTest, EventsThatOnlyANewerDaemonKnowsAreSkipped) {
    WatchStream stream{{}};
    (void)stream.open();
    stream.feed(head + "event: party\nid: 9\ndata: hooray\n\n");

    EXPECT_FALSE(stream.take());
    EXPECT_TRUE(stream.is_open());
    EXPECT_EQ(stream.cursor(), "9");
}

TEST(WatchStreamTest, AResetTellsAllSettings) {
    WatchStream stream{{.since = "3"}};
    (void)stream.open();
    stream.feed(head + "event: reset\nid: 57\ndata: {\"revision\":57,\"settings\":{\"a\":1}}\n\n");

    auto const reset = std::get<Reset>(stream.take()->value());

    EXPECT_EQ(reset.revision, 57);
    EXPECT_EQ(reset.settings, Json({{"a", 1}}));
    EXPECT_EQ(stream.cursor(), "57");
}

TEST(WatchStreamTest, TellsWhatTheDaemonRefuses) {
    WatchStream stream{{}};
    (void)stream.open();
    stream.feed(refusal(400));

    EXPECT_FALSE(stream.is_open());
    auto const event = stream.take();
    ASSERT_TRUE(event && !*event);
    EXPECT_EQ(event->error().message(), "why");
    EXPECT_EQ(event->error().status(), 400U);
    EXPECT_FALSE(stream.take()) << "once";
}

TEST(WatchStreamTest, ComesBackWhenTheDaemonIsOnlyBusy) {
    for (int const status : {408, 429, 500, 503}) {
        WatchStream stream{{}};
        (void)stream.open();
        stream.feed(refusal(status));

        EXPECT_FALSE(stream.is_open());
        EXPECT_FALSE(stream.take());
    }
}

TEST(WatchStreamTest, ReadsARefusalThatEndsWithTheConnection) {
    WatchStream stream{{}};
    (void)stream.open();
    stream.feed("HTTP/1.1 404 No\r\n\r\n{\"message\":\"why\"}");

    stream.end();

    EXPECT_EQ(next_error(stream), Errc::not_found);
}

TEST(WatchStreamTest, WhatIsNoStreamOfEventsIsAProtocolError) {
    for (std::string const text : {"220 mail\r\n", "HTTP/1.1 200 OK\r\n\r\n{}"}) {
        WatchStream stream{{}};
        (void)stream.open();
        stream.feed(text);

        EXPECT_EQ(next_error(stream), Errc::protocol);
        EXPECT_FALSE(stream.is_open());
    }
}

TEST(WatchStreamTest, AnEventThatCannotBeReadIsNotPassedOver) {
    for (std::string const data : {"{", "[]", "{\"revision\":\"x\"}"}) {
        WatchStream stream{{}};
        (void)stream.open();
        stream.feed(head + change(4) + "event: change\nid: 5\ndata: " + data + "\n\n" + change(6));
        EXPECT_EQ(next_revision(stream), 4);

        EXPECT_EQ(next_error(stream), Errc::protocol);

        EXPECT_FALSE(stream.take());
        EXPECT_FALSE(stream.is_open());
        EXPECT_EQ(stream.open().target, "/v1/watch?since=4");
    }
}

TEST(WatchStreamTest, WaitsLongerTheMoreOftenItFailsButNotForLong) {
    WatchStream stream{{}};
    auto last = 0ms;
    for (int i = 0; i < 5; ++i) {
        stream.end();
        EXPECT_GT(stream.pause(), last);
        last = stream.pause();
    }
    for (int i = 0; i < 100; ++i) stream.end();
    EXPECT_EQ(stream.pause(), 1s);

    (void)stream.open();
    stream.feed(head + "retry: 170\nid: 1\n\n");
    stream.end();
    EXPECT_EQ(stream.pause(), 100ms);
    stream.end();
    EXPECT_EQ(stream.pause(), 170ms) << "as the daemon wants it";
}

TEST(WatchStreamTest, WaitsAMomentWhateverTheStreamAsksFor) {
    for (std::string const retry : {"0", "1", "nonsense", "-5", "", "4294967295"}) {
        WatchStream stream{{}};
        (void)stream.open();
        stream.feed(head + "retry: " + retry + "\nid: 1\n\n");
        stream.end();
        EXPECT_EQ(stream.pause(), 100ms) << retry;
        for (int i = 0; i < 100; ++i) stream.end();
        EXPECT_LE(stream.pause(), 30s) << retry;
    }
}

}  // namespace
}  // namespace settings::client
