#include "ipc/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include <filesystem>
#include <future>
#include <memory>
#include <string>
#include <vector>

#include "tests/ipc/client.h"
#include "tests/ipc/local_server.h"

namespace settings::ipc {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::StartsWith;

std::string request_for(std::string const& path) {
    return "GET /v1/settings/" + path + " HTTP/1.1\r\nHost: localhost\r\n\r\n";
}

TEST(ServerTest, ServesOthersWhileOneHandlerIsSlow) {
    LocalServer server;
    Client slow{server.path()};
    slow.send(request_for("slow"));
    server.await_waiting(1);

    Client quick{server.path()};
    quick.send(request_for("quick"));
    EXPECT_EQ(body_of(quick.receive()), R"({"path":"quick"})");

    server.release();
    EXPECT_EQ(body_of(slow.receive()), R"({"path":"slow"})");
}

class FullServerTest : public testing::Test {
  protected:
    static Server::Options two_places() {
        Server::Options options;
        options.connections = 2;
        return options;
    }

    void expect_service() {
        Client client{server.path()};
        client.send(request_for("a"));
        EXPECT_EQ(body_of(client.receive()), R"({"path":"a"})");
    }

    LocalServer server{two_places()};
    Client first{server.path()};
    Client second{server.path()};
};

TEST_F(FullServerTest, RefusesANewConnectionWhileAllWaitForTheirAnswers) {
    first.send(request_for("slow"));
    second.send(request_for("slow"));
    server.await_waiting(2);

    EXPECT_THAT(Client{server.path()}.receive_all(),
                AllOf(StartsWith("HTTP/1.1 503 Service Unavailable\r\n"),
                      HasSubstr("Connection: close\r\n"), HasSubstr("\"success\":false")));

    server.release();
    EXPECT_EQ(body_of(first.receive()), R"({"path":"slow"})");
    expect_service();
}

TEST_F(FullServerTest, GivesANewConnectionThePlaceOfTheOldestThatWaitsForItsClient) {
    first.send(request_for("slow"));
    server.await_waiting(1);
    second.send("GET /v1/sett");

    expect_service();

    EXPECT_EQ(second.receive_all(), "");
    server.release();
    EXPECT_EQ(body_of(first.receive()), R"({"path":"slow"})");
}

TEST_F(FullServerTest, GivesAwayThePlaceOfAClientThatDoesNotTakeItsAnswer) {
    first.send(request_for("slow"));
    server.await_waiting(1);
    second.send(request_for("large"));
    second.receive_until("\r\n\r\n");

    expect_service();

    EXPECT_LT(second.receive_all().size(), FakeHandler::large_bytes);
}

TEST(ServerTest, BoundsTheBodiesOfAllRequestsTogether) {
    Server::Options options;
    options.body_bytes = 150'000;
    LocalServer server{options};
    auto const edit = [](std::size_t bytes) {
        return "PUT /settings/user HTTP/1.1\r\nHost: localhost\r\nPrefer: wait=3600\r\n"
               "Content-Type: application/json\r\nContent-Length: " +
               std::to_string(bytes + 8) + "\r\n\r\n{\"a\":\"" + std::string(bytes, 'x') + "\"}";
    };
    Client large{server.path()}, another{server.path()}, small{server.path()};
    large.send(edit(140'000));
    server.await_waiting(1);

    another.send(edit(140'000));
    EXPECT_THAT(another.receive_all(), StartsWith("HTTP/1.1 503 Service Unavailable\r\n"));
    small.send(edit(1'000));
    server.await_waiting(2);
    server.release();
    for (auto* const client : {&large, &small})
        EXPECT_THAT(client->receive(), StartsWith("HTTP/1.1 200 OK\r\n"));
    large.send(request_for("a"));
    large.receive();

    Client next{server.path()};
    next.send(edit(140'000));
    server.await_waiting(1);
    server.release();
    EXPECT_THAT(next.receive(), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST(ServerTest, ReadsNothingForWhoHasLeft) {
    LocalServer server;
    std::promise<void> gate;
    auto held =
        std::async(std::launch::async, [&] { server.on_loop([&] { gate.get_future().wait(); }); });
    {
        Client client{server.path()};
        client.send(request_for("a"));
    }
    gate.set_value();
    held.get();
    server.await_rest();
    server.await_sessions(0);

    EXPECT_EQ(server.handler().last_pid(), 0);
}

TEST(ServerTest, CountsItsSessions) {
    LocalServer server;
    {
        Client first{server.path()};
        Client second{server.path()};
        for (Client* const client : {&first, &second}) {
            client->send(request_for("a"));
            client->receive();
        }
        EXPECT_EQ(server.on_loop([&] { return server.server().open_sessions(); }), 2U);
    }
    server.await_sessions(0);
}

TEST(ServerTest, ClosesOnlyTheSessionWhoseHandlerThrows) {
    std::promise<std::string> reported;
    Server::Options options;
    options.report = [&](std::string sentence) { reported.set_value(std::move(sentence)); };
    LocalServer server{options};
    Client other{server.path()};
    Client client{server.path()};
    client.send(request_for("broken"));

    EXPECT_THAT(client.receive_all(), AllOf(StartsWith("HTTP/1.1 500 Internal Server Error\r\n"),
                                            HasSubstr("Connection: close\r\n")));
    EXPECT_EQ(reported.get_future().get(), "a request failed: the value is broken");
    other.send(request_for("other"));
    EXPECT_EQ(body_of(other.receive()), R"({"path":"other"})");
}

// Who may connect --------------------------------------------------------------------------------

Server::Options identifying(std::optional<Peer> peer) {
    Server::Options options;
    options.identify = [peer](int) { return peer; };
    return options;
}

constexpr uid_t somebody_else = 65'534;

TEST(ServerTest, RefusesAnotherUser) {
    LocalServer server{identifying(Peer{geteuid() + 1, getpid()})};

    EXPECT_THAT(Client{server.path()}.receive_all(),
                AllOf(StartsWith("HTTP/1.1 403 Forbidden\r\n"), HasSubstr("another user")));
}

TEST(ServerTest, RefusesAPeerThatTheKernelDoesNotName) {
    LocalServer server{identifying(std::nullopt)};

    EXPECT_THAT(Client{server.path()}.receive_all(), StartsWith("HTTP/1.1 403 "));
}

/// Connects as another user, through a directory and a socket opened wide, and exits with 0 if the
/// server then says 403.
int connect_as_somebody_else(std::filesystem::path const& path) {
    pid_t const child = fork();
    if (child == 0) {
        if (setgid(somebody_else) != 0 || setuid(somebody_else) != 0) _exit(2);
        try {
            _exit(Client{path}.receive_all().starts_with("HTTP/1.1 403 ") ? 0 : 1);
        } catch (std::exception const&) {
            _exit(3);
        }
    }
    int status = -1;
    waitpid(child, &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

TEST(ServerTest, RefusesAnotherUserWhomTheFileSystemLetsThrough) {
    if (geteuid() != 0) GTEST_SKIP() << "only root can become another user";
    LocalServer server;
    namespace fs = std::filesystem;
    fs::permissions(server.path(), fs::perms::all);
    fs::permissions(server.path().parent_path(), fs::perms::all);
    fs::permissions(server.path().parent_path().parent_path(), fs::perms::all);

    EXPECT_EQ(connect_as_somebody_else(server.path()), 0);
}

/// What another user gets who only looks, and who also edits.
struct Answers {
    std::string to_get, to_put;

    bool operator==(Answers const&) const = default;
};

std::string status_of(LocalServer& server, std::string const& request) {
    Client client{server.path()};
    client.send(request);
    return client.receive().substr(9, 3);
}

Answers answers_to(Peer const& peer, Admission const& admission) {
    auto options = identifying(peer);
    options.admission = admission;
    LocalServer server{options};
    return {status_of(server, request_for("a")),
            status_of(server,
                      "PUT /settings/user HTTP/1.1\r\nHost: localhost\r\nContent-Length: "
                      "7\r\n\r\n{\"a\":1}")};
}

TEST(ServerTest, LetsInWhomItIsToldToAndAsFar) {
    Admission admission;
    admission.guests = {.users = {0}, .groups = {27}};
    admission.readers = {.users = {7}, .groups = {8}};
    Answers const all{"200", "200"}, looks{"200", "403"}, none{"403", "403"};
    admission.owner = somebody_else;

    EXPECT_EQ(answers_to({somebody_else, 1}, admission), all);
    EXPECT_EQ(answers_to({0, 1}, admission), all);
    EXPECT_EQ(answers_to({1, 1, {5, 27}}, admission), all);
    EXPECT_EQ(answers_to({7, 1}, admission), looks);
    EXPECT_EQ(answers_to({1, 1, {8}}, admission), looks);
    EXPECT_EQ(answers_to({1, 1, {8, 27}}, admission), all) << "the larger right counts";
    EXPECT_EQ(answers_to({1, 1, {0, 7}}, admission), none) << "a group's number is no user's";
    EXPECT_EQ(answers_to({27, 1}, admission), none);
}

// Descriptors ------------------------------------------------------------------------------------

TEST(ServerTest, WaitsForDescriptorsAndGoesOn) {
    LocalServer server;
    Client first{server.path()};
    first.send(request_for("first"));
    first.receive();
    Client waiting{server.path()};  // accepted at once, or when there are descriptors again
    waiting.send(request_for("waiting"));
    waiting.receive();

    rlimit limit{};
    getrlimit(RLIMIT_NOFILE, &limit);
    int const next = dup(0);
    close(next);
    // The next client gets the last descriptor there is; none is left to accept it with.
    rlimit const tight{.rlim_cur = static_cast<rlim_t>(next) + 1, .rlim_max = limit.rlim_max};
    setrlimit(RLIMIT_NOFILE, &tight);
    Client late{server.path()};
    late.send(request_for("late"));
    first.send(request_for("meanwhile"));
    EXPECT_EQ(body_of(first.receive()), R"({"path":"meanwhile"})");
    server.await_rest();
    EXPECT_EQ(server.on_loop([&] { return server.server().open_sessions(); }), 2U);

    setrlimit(RLIMIT_NOFILE, &limit);
    EXPECT_EQ(body_of(late.receive()), R"({"path":"late"})");
}

// Stopping ---------------------------------------------------------------------------------------

TEST(StopTest, FinishesTheRequestInHandAndClosesTheIdle) {
    LocalServer server;
    Client idle{server.path()};
    idle.send(request_for("a"));
    idle.receive();
    Client busy{server.path()};
    busy.send(request_for("slow"));
    server.await_waiting(1);

    auto const stopped = server.stop(1h);
    EXPECT_EQ(idle.receive_all(), "");
    EXPECT_THROW(Client{server.path()}, std::system_error);
    server.release();

    EXPECT_THAT(busy.receive_all(),
                AllOf(StartsWith("HTTP/1.1 200 "), HasSubstr("Connection: close\r\n")));
    stopped.wait();
    EXPECT_EQ(server.on_loop([&] { return server.server().open_sessions(); }), 0U);
}

TEST(StopTest, LetsARequestArriveThatHasBegunTo) {
    LocalServer server;
    Client client{server.path()};
    std::string const request = request_for("a");
    client.send(request);
    client.receive();
    client.send(request.substr(0, 10));
    // An answer to another says that the loop has read these ten bytes.
    Client other{server.path()};
    other.send(request);
    other.receive();

    auto const stopped = server.stop(1h);
    client.send(request.substr(10));

    EXPECT_EQ(body_of(client.receive_all()), R"({"path":"a"})");
    stopped.wait();
}

TEST(StopTest, AnswersWhatWasSentBeforeItAndNotYetRead) {
    LocalServer server;
    Client client{server.path()};
    client.send(request_for("a"));
    client.receive();
    std::future<void> stopped;
    server.on_loop([&] {
        client.send(request_for("b"));  // while the loop does not look
        stopped = server.begin_stop(1h);
    });

    EXPECT_EQ(body_of(client.receive_all()), R"({"path":"b"})");
    stopped.wait();
}

TEST(StopTest, ClosesWhatIsLeftAfterTheGrace) {
    LocalServer server;
    Client half{server.path()};
    half.send("GET / HT");
    Client unanswered{server.path()};
    unanswered.send(request_for("slow"));
    server.await_waiting(1);

    server.stop(0ms).wait();

    EXPECT_EQ(half.receive_all(), "");
    EXPECT_EQ(unanswered.receive_all(), "");
    server.release();
    server.await_sessions(0);
}

TEST(StopTest, IsDoneAtOnceWhenNobodyIsConnected) {
    LocalServer server;

    server.stop(1h).wait();

    EXPECT_THROW(Client{server.path()}, std::system_error);
}

}  // namespace
}  // namespace settings::ipc
