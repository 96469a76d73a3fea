#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <vector>

#include "tests/ipc/client.h"
#include "tests/ipc/local_server.h"

namespace settings::ipc {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

std::string watch(std::string const& query = {}, std::string const& fields = {}) {
    return "GET /v1/watch" + query + " HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n";
}

/// In the store of the server at hand.
std::string id(Revision revision) { return "id: " + text_of(Tag{revision, 0xab}) + "\n"; }

std::string event(Revision revision, std::string const& data = "x") {
    return "event: change\n" + id(revision) + "data: " + data + "\n\n";
}

constexpr auto start =
    "HTTP/1.1 200 OK\r\n"
    "Content-Type: text/event-stream\r\n"
    "Cache-Control: no-store\r\n"
    "X-Accel-Buffering: no\r\n"
    "Connection: close\r\n"
    "\r\n"
    "retry: 1000\n"
    "id: 7-00000000000000ab\n\n";

class StreamTest : public testing::Test {
  protected:
    void tell(std::size_t bytes = 1) {
        server.on_loop([&] { server.handler().tell(bytes); });
    }

    LocalServer server;
    Client client{server.path()};
};

TEST_F(StreamTest, BeginsWithItsPlaceAndGoesOnWithEachEvent) {
    client.send(watch());
    EXPECT_EQ(without_date(client.receive_until(id(7) + "\n")), start);

    tell();
    EXPECT_EQ(client.receive_until("\n\n"), event(8));
    tell();
    tell();
    EXPECT_EQ(client.receive_until(id(10) + "data: x\n\n"), event(9) + event(10));
}

TEST_F(StreamTest, WhatIsToldAsideMovesNoCursorAndIsForWhoWatchesEverything) {
    Client narrow{server.path()};
    narrow.send(watch("?path=a"));
    EXPECT_EQ(without_date(narrow.receive_until(id(7) + "\n")), start);
    server.on_loop([&] { server.handler().tell_aside("too early"); });
    client.send(watch());
    EXPECT_EQ(without_date(client.receive_until(id(7) + "\n")), start);

    server.on_loop([&] { server.handler().tell_aside("one"); });
    EXPECT_EQ(client.receive_until("\n\n"), "event: aside\ndata: one\n\n");
    server.on_loop([&] {
        server.handler().tell();
        server.handler().tell_aside("two");
    });
    EXPECT_EQ(client.receive_until("two\n\n"), event(8) + "event: aside\ndata: two\n\n");
    EXPECT_EQ(narrow.receive_until("\n\n"), event(8, "a"));
}

TEST_F(StreamTest, GoesOnAfterTheRevisionThatTheClientNames) {
    client.send(watch("?since=5"));

    EXPECT_THAT(client.receive_until(event(7)), EndsWith(id(5) + "\n" + event(6) + event(7)));
}

TEST_F(StreamTest, GoesOnAfterTheEventThatTheClientNames) {
    client.send(watch("?since=5-00000000000000ab"));

    EXPECT_THAT(client.receive_until(event(7)), EndsWith(id(5) + "\n" + event(6) + event(7)));
}

TEST_F(StreamTest, HandsAnotherStoresPlaceOn) {
    client.send(watch("", "Last-Event-ID: 5-00000000000000cd\r\n"));

    EXPECT_THAT(client.receive_until("data: x\n\n"), HasSubstr("id: 6-00000000000000cd\n"));
}

TEST_F(StreamTest, TheLastEventsIdCountsMoreThanTheQuery) {
    client.send(watch("?since=1", "Last-Event-ID: 6\r\n"));

    EXPECT_THAT(client.receive_until(event(7)), EndsWith(id(6) + "\n" + event(7)));
}

TEST_F(StreamTest, AsksForWhatConcernsThePath) {
    client.send(watch("?since=6&path=a%2Eb"));

    EXPECT_THAT(client.receive_until("a.b\n\n"), EndsWith(event(7, "a.b")));
}

TEST_F(StreamTest, EndsWhenTheClientLeaves) {
    {
        Client leaving{server.path()};
        leaving.send(watch());
        leaving.receive_until(id(7) + "\n");
    }

    server.await_sessions(1);  // that of `client`
}

TEST_F(StreamTest, EndsWhenTheClientGoesOnTalking) {
    client.send(watch());
    client.receive_until(id(7) + "\n");
    client.send(watch());

    EXPECT_EQ(client.receive_all(), "");
}

TEST_F(StreamTest, EndsWithTheServer) {
    client.send(watch());
    client.receive_until(id(7) + "\n");

    server.stop(1h).get();

    EXPECT_EQ(client.receive_all(), "");
}

TEST_F(StreamTest, HoldsUpNobodyWhileAClientDoesNotRead) {
    client.send(watch());
    client.receive_until(id(7) + "\n");
    tell(8'388'608);
    server.await_rest();

    Client other{server.path()};
    other.send(watch("?since=8"));
    tell();
    EXPECT_THAT(other.receive_until(event(9)), EndsWith(event(9)));
}

TEST(StreamLimitsTest, WatchersLeaveRoomForOthers) {
    Server::Options options;
    options.connections = 4;
    LocalServer server{options};
    std::vector<std::unique_ptr<Client>> watchers;
    for (int i = 0; i < 3; ++i) {
        watchers.push_back(std::make_unique<Client>(server.path()));
        watchers.back()->send(watch());
        watchers.back()->receive_until(id(7) + "\n");
    }

    Client other{server.path()};
    other.send(watch());
    EXPECT_THAT(other.receive(), AllOf(StartsWith("HTTP/1.1 503 "), HasSubstr("too many watch")));
    other.send("GET /settings/user HTTP/1.1\r\nHost: localhost\r\n\r\n");
    EXPECT_THAT(other.receive(), StartsWith("HTTP/1.1 200 "));

    watchers.clear();
    server.await_sessions(1);
    other.send(watch());
    EXPECT_THAT(other.receive_until(id(7) + "\n"), StartsWith("HTTP/1.1 200 "));
}

TEST(StreamLimitsTest, ClosesAClientThatDoesNotRead) {
    Server::Options options;
    options.timeouts.write = 20ms;
    LocalServer server{options};
    Client client{server.path()};
    client.send(watch());
    client.receive_until(id(7) + "\n");

    server.on_loop([&] { server.handler().tell(8'388'608); });

    server.await_sessions(0);
}

TEST(StreamLimitsTest, KeepsAQuietStreamAliveAndItsPlaceUpToDate) {
    Server::Options options;
    options.timeouts.heartbeat = 1ms;
    LocalServer server{options};
    Client client{server.path()};
    client.send(watch());

    auto const alive = ": alive\n" + id(7) + "\n";
    EXPECT_THAT(client.receive_until(alive), EndsWith(alive));
    server.on_loop([&] { server.handler().tell(); });
    EXPECT_THAT(client.receive_until(": alive\n" + id(8) + "\n"), HasSubstr(event(8)));
}

/// Three clients that wait, and so take every place that there is for that.
class LongRequestsTest : public testing::Test {
  protected:
    LongRequestsTest() {
        for (int number = 0; number < 3; ++number) {
            waiting.push_back(std::make_unique<Client>(server.path()));
            waiting.back()->send(edit("Prefer: wait=3600\r\n"));
        }
        server.await_waiting(3);
    }

    static std::string edit(std::string const& fields) {
        return "PUT /settings/user HTTP/1.1\r\nHost: localhost\r\n" + fields +
               "Content-Length: 2\r\n\r\n{}";
    }

    static Server::Options few_connections() {
        Server::Options options;
        options.connections = 4;
        return options;
    }

    LocalServer server{few_connections()};
    std::vector<std::unique_ptr<Client>> waiting;
};

TEST_F(LongRequestsTest, AnEditIsMadeWithoutTheWaitThatThereIsNoPlaceFor) {
    Client other{server.path()};
    other.send(edit("Prefer: wait=3600\r\n"));

    EXPECT_THAT(other.receive(), StartsWith("HTTP/1.1 200 "));
    EXPECT_EQ(server.handler().writes().size(), 4U);
}

TEST_F(LongRequestsTest, WhoeverLeavesGivesThePlaceBack) {
    waiting.clear();
    server.await_sessions(0);

    Client other{server.path()};
    other.send(watch());
    EXPECT_THAT(other.receive_until(id(7) + "\n"), StartsWith("HTTP/1.1 200 "));
}

TEST_F(LongRequestsTest, WhoeverLeavesWithARequestBehindItGivesThePlaceBack) {
    waiting.front()->send("GET /settings/user HTTP/1.1\r\nHost: localhost\r\n\r\n");
    waiting.clear();

    server.await_sessions(0);
}

TEST_F(LongRequestsTest, WhoeverOnlyHasNothingMoreToAskIsAnswered) {
    waiting.front()->finish_sending();
    waiting.back()->send("GET /v1/settings/next HTTP/1.1\r\nHost: localhost\r\n\r\n");
    server.await_rest();
    EXPECT_EQ(server.handler().waiting(), 3);

    server.on_loop([&] { server.handler().release(); });
    EXPECT_THAT(waiting.front()->receive(), StartsWith("HTTP/1.1 200 "));
    waiting.back()->receive();
    EXPECT_EQ(body_of(waiting.back()->receive()), R"({"path":"next"})");
}

}  // namespace
}  // namespace settings::ipc
