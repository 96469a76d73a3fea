#include "settings/watch.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "settings/client.h"
#include "tests/client/fake_daemon.h"
#include "tests/client/replies.h"

namespace settings::client {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::SizeIs;
using testing::StartsWith;

Revision next_revision(Watch& watch) {
    return std::get<Entry>(watch.next().value().value()).revision;
}

TEST(WatchTest, GoesOnWhereItWasWhenTheDaemonCloses) {
    FakeDaemon daemon{{{.replies = {stream(change(2) + change(3))}},
                       {.replies = {reply(503, R"({"message":"busy"})")}},
                       {.replies = {stream(change(4))}, .stay_silent = true}}};
    std::optional<Watch> watch = Client{daemon.socket_path()}.watch("a");

    EXPECT_EQ(next_revision(*watch), 2);
    EXPECT_EQ(next_revision(*watch), 3);
    EXPECT_EQ(next_revision(*watch), 4);
    EXPECT_EQ(watch->cursor(), "4");

    watch.reset();
    auto const asked = daemon.stop();
    ASSERT_THAT(asked, SizeIs(3));
    EXPECT_THAT(asked[0], StartsWith("GET /v1/watch?path=a HTTP/1.1\r\n"));
    EXPECT_THAT(asked[1], StartsWith("GET /v1/watch?since=3&path=a HTTP/1.1\r\n"));
    EXPECT_THAT(asked[2], StartsWith("GET /v1/watch?since=3&path=a HTTP/1.1\r\n"));
}

TEST(WatchTest, ReturnsNothingWhenNothingComesInTime) {
    FakeDaemon daemon{{{.replies = {stream("")}, .stay_silent = true}}};
    auto watch = Client{daemon.socket_path()}.watch();

    while (!watch.cursor()) EXPECT_EQ(watch.next(1ms).value(), std::nullopt);
    EXPECT_EQ(watch.next(0ms).value(), std::nullopt);
    EXPECT_EQ(watch.cursor(), "1");
}

TEST(WatchTest, WaitsForADaemonThatIsNotThere) {
    auto watch = Client{"/nonexistent/socket"}.watch("", "7");

    EXPECT_EQ(watch.next(60ms).value(), std::nullopt);
    EXPECT_EQ(watch.next(0ms).value(), std::nullopt);
    EXPECT_EQ(watch.cursor(), "7");
}

TEST(WatchTest, TellsWhatTheDaemonRefusesAndAsksAgainWhenAsked) {
    FakeDaemon daemon{{{.replies = {reply(400, R"({"message":"no such path"})")}},
                       {.replies = {stream(change(2))}}}};
    auto watch = Client{daemon.socket_path()}.watch();

    auto const refused = watch.next();

    EXPECT_EQ(refused.error().code(), Errc::refused);
    EXPECT_EQ(refused.error().message(), "no such path");
    EXPECT_EQ(next_revision(watch), 2);
}

}  // namespace
}  // namespace settings::client
