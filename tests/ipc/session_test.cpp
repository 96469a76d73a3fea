#include "ipc/session.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <filesystem>
#include <future>
#include <optional>
#include <string>

#include "tests/ipc/client.h"
#include "tests/ipc/local_server.h"

namespace settings::ipc {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

std::string get(std::string const& target, std::string const& fields = {}) {
    return "GET " + target + " HTTP/1.1\r\nHost: localhost\r\n" + fields + "\r\n";
}

std::string put(std::string const& body, std::string const& fields = {}) {
    return "PUT /settings/user HTTP/1.1\r\nHost: localhost\r\n" + fields +
           "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string all_but_the_end(std::string const& request) {
    return request.substr(0, request.size() - 2);
}

class SessionTest : public testing::Test {
  protected:
    LocalServer server;
    Client client{server.path()};
};

TEST_F(SessionTest, WritesTheReplyDownToTheByte) {
    client.send(get("/settings/user"));

    EXPECT_EQ(without_date(client.receive()),
              "HTTP/1.1 200 OK\r\n"
              "Content-Type: application/json\r\n"
              "Content-Length: 16\r\n"
              "ETag: \"7-00000000000000ab\"\r\n"
              "Cache-Control: no-store\r\n"
              "\r\n"
              "{\"success\":true}");
}

TEST_F(SessionTest, TellsWhichProgramChangesSomething) {
    client.send(put("{}", "User-Agent: panel/3\r\n"));
    client.receive();

    Peer const peer = server.on_loop([&] { return server.handler().last_peer(); });
    EXPECT_EQ(peer.pid, getpid());
    EXPECT_EQ(peer.uid, getuid());
    EXPECT_EQ(peer.executable, std::filesystem::read_symlink("/proc/self/exe").string());
    EXPECT_EQ(peer.app, "panel/3");

    client.send(put("{}"));
    client.receive();
    EXPECT_EQ(server.on_loop([&] { return server.handler().last_peer().app; }), "");
}

TEST_F(SessionTest, KeepsTheConnectionForTheNextRequest) {
    for (int i = 0; i < 3; ++i) {
        client.send(get("/v1/settings/value" + std::to_string(i)));
        EXPECT_EQ(body_of(client.receive()), "{\"path\":\"value" + std::to_string(i) + "\"}");
    }
}

TEST_F(SessionTest, AnswersPipelinedRequestsInTheirOrder) {
    client.send(get("/v1/settings/a") + put(R"({"b":1})") + get("/v1/settings/c"));

    EXPECT_EQ(body_of(client.receive()), R"({"path":"a"})");
    EXPECT_EQ(body_of(client.receive()), R"({"success":true})");
    EXPECT_EQ(body_of(client.receive()), R"({"path":"c"})");
}

TEST_F(SessionTest, AnswersAsManyRequestsAsFitIntoManyReads) {
    std::string requests;
    for (int i = 0; i < 500; ++i) requests += get("/v1/settings/" + std::to_string(i));
    client.send(requests);

    for (int i = 0; i < 500; ++i)
        ASSERT_EQ(body_of(client.receive()), "{\"path\":\"" + std::to_string(i) + "\"}");
}

TEST_F(SessionTest, ALargeBodyHoldsUpNoOtherClient) {
    std::promise<void> released;
    server.on_loop([&] {
        server.handler().worker().post(
            loop::Worker::large, [held = released.get_future().share()] { held.wait(); }, [] {});
    });
    client.send(put(R"({"a":")" + std::string(loop::Worker::large, 'x') + "\"}"));
    // Its last bytes were sent before, so the server has them before this request.
    Client other{server.path()};
    other.send(get("/v1/settings/a"));
    EXPECT_EQ(body_of(other.receive()), R"({"path":"a"})");
    EXPECT_EQ(server.handler().writes().size(), 0U);

    released.set_value();

    EXPECT_THAT(client.receive(), StartsWith("HTTP/1.1 200 "));
}

TEST_F(SessionTest, TakesARequestByteByByte) {
    std::string const request = put(R"({"theme":"dark"})");
    for (char const byte : request) client.send({&byte, 1});

    EXPECT_THAT(client.receive(), StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(server.handler().writes(), ElementsAre(R"({"theme":"dark"})"));
}

TEST_F(SessionTest, TakesAChunkedBody) {
    client.send(
        "PUT /settings/user HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n"
        "3\r\n{\"a\r\n4\r\n\":1}\r\n0\r\n\r\n" +
        get("/v1/settings/next"));

    EXPECT_THAT(client.receive(), StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(server.handler().writes(), ElementsAre(R"({"a":1})"));
    EXPECT_EQ(body_of(client.receive()), R"({"path":"next"})");
}

TEST_F(SessionTest, TakesABodyAsLargeAsItsReadBufferIsNot) {
    std::string const body = "{\"a\":\"" + std::string(900'000, 'x') + "\"}";
    client.send(put(body));

    EXPECT_THAT(client.receive(), StartsWith("HTTP/1.1 200 "));
    EXPECT_THAT(server.handler().writes(), ElementsAre(body));
}

TEST_F(SessionTest, SendsAReplyLargerThanTheSocketTakesAtOnce) {
    client.send(get("/v1/settings/large") + get("/v1/settings/next"));

    EXPECT_EQ(body_of(client.receive()),
              "{\"path\":\"large" + std::string(FakeHandler::large_bytes - 5, 'x') + "\"}");
    EXPECT_EQ(body_of(client.receive()), R"({"path":"next"})");
}

TEST_F(SessionTest, SaysNotModifiedWithoutABody) {
    client.send(get("/settings/user", "If-None-Match: \"7-00000000000000ab\"\r\n") +
                get("/v1/settings/next"));

    EXPECT_EQ(without_date(client.receive()),
              "HTTP/1.1 304 Not Modified\r\nETag: \"7-00000000000000ab\"\r\n"
              "Cache-Control: no-store\r\n\r\n");
    EXPECT_EQ(body_of(client.receive()), R"({"path":"next"})");
}

TEST_F(SessionTest, RefusesAMethodAndGoesOn) {
    client.send("PATCH /v1/status HTTP/1.1\r\nHost: localhost\r\n\r\n" + get("/v1/settings/next"));

    EXPECT_THAT(client.receive(),
                AllOf(StartsWith("HTTP/1.1 405 Method Not Allowed\r\n"),
                      HasSubstr("\r\nAllow: GET, HEAD\r\n"), Not(HasSubstr("Connection: "))));
    EXPECT_EQ(body_of(client.receive()), R"({"path":"next"})");
}

TEST_F(SessionTest, SendsNoBodyToHead) {
    client.send("HEAD /v1/status HTTP/1.1\r\nHost: localhost\r\n\r\n");
    client.finish_sending();

    EXPECT_THAT(client.receive_all(), AllOf(StartsWith("HTTP/1.1 200 "),
                                            HasSubstr("Content-Length: 16"), EndsWith("\r\n\r\n")));
}

TEST_F(SessionTest, IgnoresAnUpgrade) {
    client.send(get("/v1/settings/a", "Connection: Upgrade\r\nUpgrade: websocket\r\n"));

    EXPECT_EQ(body_of(client.receive()), R"({"path":"a"})");
}

TEST_F(SessionTest, ClosesWhenTheClientAsksForThat) {
    client.send(get("/v1/settings/a", "Connection: close\r\n") + get("/v1/settings/b"));

    EXPECT_THAT(client.receive_all(),
                AllOf(HasSubstr("\r\nConnection: close\r\n"), EndsWith(R"({"path":"a"})")));
}

TEST_F(SessionTest, ClosesAfterHttp10) {
    client.send("GET /v1/settings/a HTTP/1.0\r\n\r\n");

    EXPECT_THAT(client.receive_all(),
                AllOf(HasSubstr("\r\nConnection: close\r\n"), EndsWith(R"({"path":"a"})")));
}

TEST_F(SessionTest, KeepsHttp10AliveWhenAskedAndSaysSo) {
    std::string const request = "GET /v1/settings/a HTTP/1.0\r\nConnection: keep-alive\r\n\r\n";
    client.send(request + request);

    EXPECT_THAT(client.receive(), HasSubstr("\r\nConnection: keep-alive\r\n"));
    EXPECT_THAT(client.receive(), HasSubstr("\r\nConnection: keep-alive\r\n"));
}

TEST_F(SessionTest, InvitesABodyThatIsHeldBack) {
    std::string const request = put(R"({"a":1})", "Expect: 100-continue\r\n");
    std::size_t const body = request.find("\r\n\r\n") + 4;
    client.send(request.substr(0, body));
    EXPECT_EQ(client.receive(), "HTTP/1.1 100 Continue\r\n\r\n");

    client.send(request.substr(body, 3));
    client.send(request.substr(body + 3));
    EXPECT_THAT(client.receive(), StartsWith("HTTP/1.1 200 "));
}

TEST_F(SessionTest, InvitesNoBodyThatIsThereAlready) {
    client.send(put(R"({"a":1})", "Expect: 100-continue\r\n"));

    EXPECT_THAT(client.receive(), StartsWith("HTTP/1.1 200 "));
}

TEST_F(SessionTest, InvitesNoBodyThatIsTooLarge) {
    client.send(
        "PUT /settings/user HTTP/1.1\r\nHost: localhost\r\nExpect: 100-continue\r\n"
        "Content-Length: 5242880\r\n\r\n");

    EXPECT_THAT(client.receive(), StartsWith("HTTP/1.1 413 "));
}

TEST_F(SessionTest, AnswersAfterTheClientHasEndedItsSide) {
    client.send(get("/v1/settings/a"));
    client.finish_sending();

    EXPECT_EQ(body_of(client.receive_all()), R"({"path":"a"})");
}

TEST_F(SessionTest, SaysThatARequestEndedInTheMiddle) {
    client.send(all_but_the_end(put(R"({"a":1})")));
    client.finish_sending();

    EXPECT_THAT(client.receive_all(), AllOf(StartsWith("HTTP/1.1 400 Bad Request\r\n"),
                                            HasSubstr("ended in the middle")));
    EXPECT_TRUE(server.handler().writes().empty());
}

TEST_F(SessionTest, SaysNothingToAClientThatSaidNothing) {
    client.finish_sending();

    EXPECT_EQ(client.receive_all(), "");
}

TEST_F(SessionTest, TellsAClientWhoseBodyIsTooLargeEvenIfItSendsAllOfIt) {
    EXPECT_TRUE(client.send(put(std::string(5'242'880, 'x'))));
    client.finish_sending();

    EXPECT_THAT(client.receive_all(),
                AllOf(StartsWith("HTTP/1.1 413 "), HasSubstr("Connection: close\r\n"),
                      HasSubstr("1048576 bytes")));
}

TEST_F(SessionTest, TellsAClientWhoseHeaderIsTooLargeEvenIfItSendsAllOfIt) {
    EXPECT_TRUE(client.send(get("/settings/user", "X: " + std::string(1'048'576, 'x') + "\r\n")));
    client.finish_sending();

    EXPECT_THAT(client.receive_all(),
                StartsWith("HTTP/1.1 431 Request Header Fields Too Large\r\n"));
}

TEST_F(SessionTest, TakesNothingMoreFromAStreamWithTwoReadings) {
    client.send(
        "PUT /settings/user HTTP/1.1\r\nHost: localhost\r\nContent-Length: 0\r\n"
        "Transfer-Encoding: chunked\r\n\r\n0\r\n\r\n" +
        put(R"({"smuggled":true})"));
    client.finish_sending();

    EXPECT_THAT(client.receive_all(),
                AllOf(StartsWith("HTTP/1.1 400 "), HasSubstr("\"success\":false"),
                      Not(HasSubstr("HTTP/1.1 200 "))));
    EXPECT_TRUE(server.handler().writes().empty());
}

TEST_F(SessionTest, TellsTheServiceWhoAsks) {
    client.send(get("/v1/settings/a"));
    client.receive();

    EXPECT_EQ(server.handler().last_pid(), getpid());
}

TEST_F(SessionTest, HoldsNoReplyThatIsSent) {
    client.send(get("/v1/settings/a"));
    client.receive();
    server.await_rest();

    EXPECT_TRUE(server.on_loop([&] { return server.handler().last_body().expired(); }));
}

TEST_F(SessionTest, OutlivesAClientThatLeavesBeforeItsReply) {
    {
        Client leaving{server.path()};
        leaving.send(get("/v1/settings/slow"));
        server.await_waiting(1);
    }
    server.release();
    server.await_sessions(1);

    client.send(get("/v1/settings/a"));
    EXPECT_EQ(body_of(client.receive()), R"({"path":"a"})");
}

// Each test below waits for the server to close, however long that takes.
class TimeoutTest : public testing::Test {
  protected:
    static Server::Options only(std::chrono::milliseconds Timeouts::*timeout) {
        Server::Options options;
        options.timeouts.*timeout = 50ms;
        return options;
    }
};

TEST_F(TimeoutTest, ClosesAnIdleConnectionWithoutAWord) {
    LocalServer server{only(&Timeouts::idle)};
    Client client{server.path()};
    client.send(get("/v1/settings/a"));
    client.receive();

    EXPECT_EQ(client.receive_all(), "");
}

TEST_F(TimeoutTest, ClosesOnAHeaderThatStops) {
    LocalServer server{only(&Timeouts::header)};
    Client client{server.path()};
    client.send("GET / HT");

    EXPECT_THAT(client.receive_all(),
                AllOf(StartsWith("HTTP/1.1 408 "), HasSubstr("Connection: close\r\n")));
}

TEST_F(TimeoutTest, TimesAHeaderAsAWhole) {
    LocalServer server{only(&Timeouts::header)};
    Client client{server.path()};
    client.send("GET / HTTP/1.1\r\nX: ");
    // Each byte comes in time, and has been read before the next is sent.
    for (std::size_t sent = 0; sent < header_bytes_limit; ++sent) {
        client.send("a");
        server.on_loop([] {});
    }

    EXPECT_THAT(client.receive_all(), StartsWith("HTTP/1.1 408 "));
}

TEST_F(TimeoutTest, ClosesOnABodyThatStops) {
    LocalServer server{only(&Timeouts::body)};
    Client client{server.path()};
    client.send(all_but_the_end(put(R"({"a":1})")));

    EXPECT_THAT(client.receive_all(), StartsWith("HTTP/1.1 408 "));
    EXPECT_TRUE(server.handler().writes().empty());
}

TEST_F(TimeoutTest, ClosesOnAClientThatNeverReads) {
    LocalServer server{only(&Timeouts::write)};
    Client client{server.path()};
    client.send(get("/v1/settings/large"));

    server.await_sessions(1);
    while (server.handler().last_pid() == 0) std::this_thread::yield();
    server.await_sessions(0);
    EXPECT_LT(client.receive_all().size(), FakeHandler::large_bytes);
}

TEST_F(TimeoutTest, ClosesOnARefusedClientThatDoesNotLeave) {
    LocalServer server{only(&Timeouts::drain)};
    Client client{server.path()};
    client.send("nonsense\r\n\r\n");
    EXPECT_THAT(client.receive(), StartsWith("HTTP/1.1 400 "));

    server.await_sessions(0);
}

TEST_F(TimeoutTest, GivesASlowServiceAllTheTimeItTakes) {
    LocalServer server{only(&Timeouts::idle)};
    std::optional<Client> slow;
    server.on_loop([&] {  // which looks once the request is there, so the client is never idle
        slow.emplace(server.path());
        slow->send(get("/v1/settings/slow"));
    });
    server.await_waiting(1);
    Client idle{server.path()};
    EXPECT_EQ(idle.receive_all(), "");  // its deadline came later than the slow one's would have

    server.release();
    EXPECT_EQ(body_of(slow->receive()), R"({"path":"slow"})");
}

}  // namespace
}  // namespace settings::ipc
