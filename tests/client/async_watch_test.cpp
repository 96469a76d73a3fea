#include "settings/async_watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "settings/async_client.h"
#include "tests/client/fake_daemon.h"
#include "tests/client/loop.h"
#include "tests/client/replies.h"

namespace settings::client {
namespace {

using namespace std::chrono_literals;
using testing::SizeIs;
using testing::StartsWith;
using Next = Result<std::optional<Event>>;

class AsyncWatchTest : public testing::Test {
  protected:
    AsyncWatch watch(std::string const& socket, std::string_view path = {},
                     std::optional<std::string> since = std::nullopt) {
        return AsyncClient{loop.executor(), socket}.watch(path, std::move(since));
    }

    Revision next_revision(AsyncWatch& watch) {
        return std::get<Entry>(loop.wait_for(watch.next()).value().value()).revision;
    }

    Loop loop;
};

TEST_F(AsyncWatchTest, GoesOnWhereItWasWhenTheDaemonCloses) {
    FakeDaemon daemon{{{.replies = {stream(change(2) + change(3))}},
                       {.replies = {reply(503, R"({"message":"busy"})")}},
                       {.replies = {stream(change(4))}, .stay_silent = true}}};
    std::optional<AsyncWatch> following = watch(daemon.socket_path(), "a");

    EXPECT_EQ(next_revision(*following), 2);
    EXPECT_EQ(next_revision(*following), 3);
    EXPECT_EQ(next_revision(*following), 4);
    EXPECT_EQ(following->cursor(), "4");

    following.reset();
    auto const asked = daemon.stop();
    ASSERT_THAT(asked, SizeIs(3));
    EXPECT_THAT(asked[2], StartsWith("GET /v1/watch?since=3&path=a HTTP/1.1\r\n"));
}

TEST_F(AsyncWatchTest, ReturnsNothingWhenNothingComesInTime) {
    FakeDaemon daemon{{{.replies = {stream("")}, .stay_silent = true}}};
    auto following = watch(daemon.socket_path());

    while (!following.cursor()) EXPECT_EQ(loop.wait_for(following.next(1ms)).value(), std::nullopt);
    EXPECT_EQ(loop.wait_for(following.next(0ms)).value(), std::nullopt);
}

TEST_F(AsyncWatchTest, WaitsForADaemonThatIsNotThere) {
    auto following = watch("/nonexistent/socket", "", "7");

    EXPECT_EQ(loop.wait_for(following.next(60ms)).value(), std::nullopt);
    EXPECT_EQ(following.cursor(), "7");
}

TEST_F(AsyncWatchTest, TellsWhatTheDaemonRefusesAndAsksAgainWhenAsked) {
    FakeDaemon daemon{{{.replies = {reply(400, R"({"message":"no such path"})")}},
                       {.replies = {stream(change(2))}}}};
    auto following = watch(daemon.socket_path());

    EXPECT_EQ(loop.wait_for(following.next()).error().message(), "no such path");
    EXPECT_EQ(next_revision(following), 2);
}

TEST_F(AsyncWatchTest, GoesOnAfterANextThatWasCancelled) {
    FakeDaemon daemon{
        {{.replies = {stream("")}, .stay_silent = true}, {.replies = {stream(change(2))}}}};
    std::optional<AsyncWatch> following = watch(daemon.socket_path());
    asio::cancellation_signal stop;
    Loop::Running<Next> cancelled;
    loop.spawn(following->next(), cancelled, stop.slot());

    loop.poll();
    stop.emit(asio::cancellation_type::terminal);
    loop.run();

    EXPECT_TRUE(cancelled.failure);
    while (!following->cursor()) EXPECT_TRUE(loop.wait_for(following->next(1ms)));
    EXPECT_EQ(following->cursor(), "1") << "the same connection serves on";
}

TEST_F(AsyncWatchTest, MayBeDestroyedWhileItIsAsked) {
    FakeDaemon daemon{{{.replies = {stream(change(2))}}}};
    std::optional<AsyncWatch> following = watch(daemon.socket_path());
    Loop::Running<Next> running;
    loop.spawn(following->next(), running);
    following.reset();

    loop.run();

    EXPECT_TRUE(running.result.value().value());
}

}  // namespace
}  // namespace settings::client
