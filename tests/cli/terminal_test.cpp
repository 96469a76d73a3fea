#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <signal.h>
#include <sys/wait.h>

#include "tests/client/fake_daemon.h"
#include "tests/support/programs.h"
#include "tests/support/terminal_session.h"

namespace settings::cli {
namespace {

using client::reply;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// `settingsctl login`.
TerminalSession login(std::string const& socket) {
    return TerminalSession{{program("settingsctl"), "--socket", socket, "login"}};
}

auto const status = reply(200, R"({"success":true,"server":"https://example.org"})");

TEST(TerminalTest, AsksForThePasswordWithoutShowingIt) {
    client::FakeDaemon daemon{
        {{.replies = {status, reply(200, R"({"success":true})"),
                      reply(200, R"({"success":true,"synced":true,"revision":7,"reason":""})"),
                      reply(200, R"({"success":true,"review":null})")}}}};
    auto session = login(daemon.socket_path());

    session.expect("Login at https://example.org");
    session.expect("E-mail: ");
    EXPECT_TRUE(session.echoes());
    session.type("ada@example.org\n");
    session.expect("Password: ");
    EXPECT_FALSE(session.echoes());
    session.type("hush hush\n");
    session.expect("logged in");

    EXPECT_EQ(session.wait(), 0);
    EXPECT_TRUE(session.echoes());
    EXPECT_THAT(session.shown(), Not(HasSubstr("hush")));
    EXPECT_THAT(
        daemon.stop(),
        ElementsAre(HasSubstr("GET /v1/status"),
                    HasSubstr(R"("email":"ada@example.org","first":"ask","password":"hush hush")"),
                    HasSubstr("POST /v1/sync"), HasSubstr("GET /v1/review")));
}

TEST(TerminalTest, ShowsAgainWhatIsTypedWhenASignalEndsIt) {
    for (int const signal : {SIGTERM, SIGHUP}) {
        client::FakeDaemon const daemon{{{.replies = {status}}}};
        auto session = login(daemon.socket_path());
        session.expect("E-mail: ");
        session.type("ada@example.org\n");
        session.expect("Password: ");
        ASSERT_FALSE(session.echoes());

        session.send(signal);

        int const status = session.wait();
        EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == signal) << status;
        EXPECT_TRUE(session.echoes());
    }
}

TEST(TerminalTest, ControlCEndsItAsEver) {
    client::FakeDaemon const daemon{{{.replies = {status}}}};
    auto session = login(daemon.socket_path());
    session.expect("E-mail: ");
    session.type("ada@example.org\n");
    session.expect("Password: ");

    session.type("half\x03");

    int const status = session.wait();
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT) << status;
    EXPECT_TRUE(session.echoes());
}

TEST(TerminalTest, NobodyTypesAPasswordForADaemonThatIsNotThere) {
    auto session = login("/nonexistent/socket");
    session.expect("the daemon is not running");

    EXPECT_EQ(WEXITSTATUS(session.wait()), 3);
    EXPECT_THAT(session.shown(), Not(HasSubstr("Password")));
}

TEST(TerminalTest, NothingEnteredIsWrongUsageAndLeavesTheTerminalAsItWas) {
    client::FakeDaemon const daemon{{{.replies = {status}}}};
    auto session = login(daemon.socket_path());
    session.expect("E-mail: ");
    session.type("ada@example.org\n");
    session.expect("Password: ");
    session.type("\n");
    session.expect("nothing was entered");

    EXPECT_EQ(WEXITSTATUS(session.wait()), 2);
    EXPECT_TRUE(session.echoes());
}

}  // namespace
}  // namespace settings::cli
