#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <pty.h>
#include <signal.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include <stdexcept>

#include "tests/client/fake_daemon.h"
#include "tests/support/eventually.h"

namespace settings::cli {
namespace {

using client::reply;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::Not;

/// `settingsctl login` at a terminal of its own.
class Session {
  public:
    explicit Session(std::string const& socket) {
        pid_ = forkpty(&terminal_, nullptr, nullptr, nullptr);
        if (pid_ < 0) throw std::runtime_error{"forkpty failed"};
        if (pid_ != 0) return;
        execl(SETTINGSCTL, "settingsctl", "--socket", socket.c_str(), "login", nullptr);
        _exit(127);
    }
    Session(Session const&) = delete;
    Session& operator=(Session const&) = delete;
    ~Session() {
        if (pid_ > 0) kill(pid_, SIGKILL);
        if (pid_ > 0) waitpid(pid_, nullptr, 0);
        close(terminal_);
    }

    /// Reads what is shown until the text is there.
    void expect(std::string const& text) {
        while (shown_.find(text) == std::string::npos) {
            char chunk[256];
            auto const size = read(terminal_, chunk, sizeof chunk);
            if (size <= 0) throw std::runtime_error{"not shown: " + text + "; but: " + shown_};
            shown_.append(chunk, static_cast<std::size_t>(size));
        }
    }

    void type(std::string const& text) const {
        ASSERT_EQ(write(terminal_, text.data(), text.size()), static_cast<ssize_t>(text.size()));
    }

    void send(int signal) const { kill(pid_, signal); }

    /// Whether the terminal shows what is typed.
    [[nodiscard]] bool echoes() const {
        termios state{};
        tcgetattr(terminal_, &state);
        return (state.c_lflag & ECHO) != 0;
    }

    /// The status of waitpid(2).
    int wait() {
        int status = 0;
        waitpid(std::exchange(pid_, -1), &status, 0);
        return status;
    }

    [[nodiscard]] std::string const& shown() const { return shown_; }

  private:
    int terminal_ = -1;
    pid_t pid_ = -1;
    std::string shown_;
};

TEST(TerminalTest, AsksForThePasswordWithoutShowingIt) {
    client::FakeDaemon daemon{{{.replies = {reply(200, R"({"success":true})")}}}};
    Session session{daemon.socket_path()};

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
    EXPECT_THAT(daemon.stop(),
                ElementsAre(HasSubstr(R"({"email":"ada@example.org","password":"hush hush"})")));
}

TEST(TerminalTest, ShowsAgainWhatIsTypedWhenASignalEndsIt) {
    for (int const signal : {SIGTERM, SIGHUP}) {
        Session session{"/nonexistent/socket"};
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
    Session session{"/nonexistent/socket"};
    session.expect("E-mail: ");
    session.type("ada@example.org\n");
    session.expect("Password: ");

    session.type("half\x03");

    int const status = session.wait();
    EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == SIGINT) << status;
    EXPECT_TRUE(session.echoes());
}

TEST(TerminalTest, NothingEnteredIsWrongUsageAndLeavesTheTerminalAsItWas) {
    Session session{"/nonexistent/socket"};
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
