#include "client/connection.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <stdlib.h>
#include <unistd.h>

#include "tests/client/fake_daemon.h"

namespace settings::client {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

class ConnectionTest : public testing::Test {
  public:
    ConnectionTest() { ::setenv("XDG_RUNTIME_DIR", "/run/me", 1); }
    ~ConnectionTest() override { std::filesystem::remove_all(directory); }

  protected:
    /// The error of one exchange at `path`, which is expected to be unreachable.
    static std::string failure_at(std::string const& path) {
        Connection connection{path, Options{}.timeout(20ms)};
        return failure(connection);
    }

    static std::string failure(Connection& connection) {
        auto const reply = connection.exchange({.method = "GET", .target = "/"});
        if (reply) return "no failure";
        EXPECT_EQ(reply.error().code(), Errc::unreachable);
        return reply.error().message();
    }

    std::filesystem::path directory = new_directory();
    std::string path = directory / "socket";
};

TEST_F(ConnectionTest, SaysThatThereIsNoSocketAndHowToStartTheDaemon) {
    EXPECT_EQ(failure_at(path), "the daemon is not running (no socket at " + path +
                                    "), or its socket was removed; start it with: systemctl --user "
                                    "restart settingsd.socket");
}

TEST_F(ConnectionTest, SaysThatNothingListens) {
    ::close(listen_at(path, 8));

    EXPECT_THAT(failure_at(path), HasSubstr("not running (nothing listens at " + path + ")"));
}

TEST_F(ConnectionTest, SaysThatThePathIsTooLong) {
    EXPECT_THAT(failure_at(path + std::string(100, 'x')), HasSubstr("too long"));
}

TEST_F(ConnectionTest, SaysThatTheDaemonIsTooBusyWhenTheQueueOfConnectionsStaysFull) {
    int const listener = listen_at(path, 0);  // room for one
    Connection connection{path, Options{}.timeout(20ms)};
    EXPECT_THAT(failure(connection), HasSubstr("did not answer in time"));

    EXPECT_THAT(failure(connection), HasSubstr("too busy"));

    ::close(listener);
}

}  // namespace
}  // namespace settings::client
