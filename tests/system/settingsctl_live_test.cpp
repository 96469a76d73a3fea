// What settingsctl shows while things go on, at a terminal and in a pipe.

#include <signal.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <regex>
#include <sstream>

#include "tests/support/programs.h"
#include "tests/support/terminal_session.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr auto other_screen = "\033[?1049h\033[?25l";
constexpr auto as_before = "\033[?25h\033[?1049l";

/// Columns that a line takes, without its end and what steers the terminal.
std::size_t width_of(std::string const& line) {
    static std::regex const without{"\033\\[[?0-9]*[a-zA-Z]|\r|[\x80-\xbf]"};
    return std::regex_replace(line, without, "").size();
}

class SettingsctlLiveTest : public SystemTest {
  protected:
    void SetUp() override {
        setenv("TERM", "xterm", 1);
        boot();
    }

    /// What the screen showed, each time that it was drawn.
    static std::vector<std::string> drawings(TerminalSession const& session) {
        std::vector<std::string> found;
        std::string const home = "\033[H";
        auto const& shown = session.shown();
        for (auto at = shown.find(home); at != std::string::npos;) {
            auto const next = shown.find(home, at + 1);
            found.push_back(shown.substr(at, next == std::string::npos ? next : next - at));
            at = next;
        }
        return found;
    }

    [[nodiscard]] TerminalSession at_terminal(
        std::vector<std::string> words, TerminalSession::Size size = TerminalSession::Size{}) {
        words.insert(words.begin(), {program("settingsctl"), "--socket", device().socket()});
        return TerminalSession{words, size};
    }

    [[nodiscard]] std::string told() const { return read_text(folder / "told"); }
};

TEST_F(SettingsctlLiveTest, AtATerminalTheStatusHasAScreenOfItsOwnUntilQ) {
    auto session = at_terminal({"status", "--watch"});
    session.expect(other_screen);
    session.expect("\033[H\033[K\033[32msynced\033[0m");
    EXPECT_FALSE(session.echoes());

    ctl({"pause"});
    session.expect("\033[H\033[K\033[33mpaused");
    session.type("xq");

    EXPECT_EQ(session.wait(), 0);
    EXPECT_THAT(session.shown(), EndsWith(as_before));
    EXPECT_TRUE(session.echoes());
}

TEST_F(SettingsctlLiveTest, ControlCEndsALiveStatusWell) {
    auto session = at_terminal({"status", "--watch"});
    session.expect("synced");

    session.type("\x03");

    EXPECT_EQ(session.wait(), 0);
    EXPECT_THAT(session.shown(), EndsWith(as_before));
    EXPECT_TRUE(session.echoes());
}

TEST_F(SettingsctlLiveTest, ASignalThatEndsALiveStatusLeavesTheTerminalAsItWas) {
    for (int const signal : {SIGTERM, SIGHUP}) {
        auto session = at_terminal({"status", "--watch"});
        session.expect("synced");

        session.send(signal);

        int const status = session.wait();
        EXPECT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == signal) << status;
        EXPECT_THAT(session.shown(), EndsWith(as_before));
        EXPECT_TRUE(session.echoes());
    }
}

TEST_F(SettingsctlLiveTest, ALiveStatusThatIsStoppedGivesTheTerminalBackUntilItGoesOn) {
    TerminalSession session{
        {"bash", "-c", R"(set -m; "$@"; echo "stopped: $?"; read -r; fg; echo "ended: $?")", "bash",
         program("settingsctl"), "--socket", device().socket(), "status", "--watch"}};
    session.expect(other_screen);
    session.expect("synced");

    session.type("\x1a");
    session.expect(as_before);
    session.expect("stopped: " + std::to_string(128 + SIGTSTP));
    EXPECT_TRUE(session.echoes());

    session.type("\n");
    session.expect(other_screen);
    session.expect("\033[H\033[K\033[32msynced");
    session.type("q");
    session.expect("ended: 0");
}

TEST_F(SettingsctlLiveTest, ALiveStatusIsCutToTheTerminalHoweverItsSizeChanges) {
    auto session = at_terminal({"status", "--watch"});
    session.expect("Version");

    session.resize({6, 40});

    session.expect("\033[H\033[K\033[32msynced");
    session.expect(" more lines");
    session.resize({40, 200});
    session.expect("\033[H\033[K\033[32msynced");
    session.expect("Version");
}

TEST_F(SettingsctlLiveTest, ALiveStatusNeverScrollsHoweverSmallTheTerminalIs) {
    auto session = at_terminal({"status", "--watch"}, {6, 16});
    session.expect("more lines");
    session.type("q");
    EXPECT_EQ(session.wait(), 0);

    for (auto const& drawing : drawings(session)) {
        EXPECT_EQ(std::ranges::count(drawing, '\n'), 5) << drawing;
        EXPECT_THAT(drawing, HasSubstr("synced"));
        std::istringstream lines{drawing};
        for (std::string line; std::getline(lines, line);) EXPECT_LE(width_of(line), 16U) << line;
    }
}

TEST_F(SettingsctlLiveTest, ALiveStatusEndsAlsoWhileTheDaemonHangs) {
    auto session = at_terminal({"status", "--watch"});
    session.expect("synced");
    device().process().send(SIGSTOP);

    session.type("q");

    EXPECT_EQ(session.wait(), 0);
    device().process().send(SIGCONT);
}

TEST_F(SettingsctlLiveTest, ATerminalThatCannotRedrawGetsALineForEachChange) {
    setenv("TERM", "dumb", 1);
    auto session = at_terminal({"status", "--watch"});

    session.expect("  idle: synced\r\n");
    ctl({"pause"});
    session.expect("  paused: paused by a person\r\n");

    EXPECT_THAT(session.shown(), Not(HasSubstr("\033")));
}

TEST_F(SettingsctlLiveTest, AScreenIsFoldedBetweenWords) {
    server->set_faults("answer 500 forever");
    ctl({"set", "theme=light"});
    expect_eventually([&] { return device().status().last_error.has_value(); }, true);
    for (auto const& words :
         {std::vector<std::string>{"status"}, {"explain", "theme"}, {"doctor"}}) {
        auto session = at_terminal(words, {40, 60});
        session.wait();
        std::istringstream lines{session.shown()};
        for (std::string line; std::getline(lines, line);) EXPECT_LE(width_of(line), 60U) << line;
    }
}

TEST_F(SettingsctlLiveTest, AtATerminalAStatusSurvivesTheDaemon) {
    auto session = at_terminal({"status", "--watch"});
    session.expect("synced");

    device().kill();
    session.expect("not running");
    device().start();
    session.expect("synced");

    session.type("q");
    EXPECT_EQ(session.wait(), 0);
}

TEST_F(SettingsctlLiveTest, InAPipeTheStatusIsALineForEachChange) {
    Process const watching{
        {program("settingsctl"), "--socket", device().socket(), "status", "--watch"},
        {folder / "told", folder / "told"}};
    expect_eventually([&] { return told(); }, EndsWith("  idle: synced\n"));
    ctl({"pause"});
    expect_eventually([&] { return told(); }, HasSubstr("  paused: paused by a person\n"));

    EXPECT_THAT(told(), Not(HasSubstr("\033")));
}

TEST_F(SettingsctlLiveTest, ForProgramsTheStatusIsAnObjectForEachChange) {
    Process const watching{
        {program("settingsctl"), "--socket", device().socket(), "--json", "status", "--watch"},
        {folder / "told", folder / "told"}};
    expect_eventually([&] { return told(); }, EndsWith("}\n"));

    EXPECT_EQ(Json::parse(told().substr(0, told().find('\n'))).at("state"), "idle");
}

TEST_F(SettingsctlLiveTest, AWaitShowsItsProgressAtATerminalAndErasesIt) {
    server->set_faults("answer 500 forever");
    ctl({"set", "theme=light"});
    auto session = at_terminal({"sync", "--wait", "20"});
    session.expect("waiting: ");

    server->set_faults("");

    session.expect("\r\033[K");
    session.expect("everything is synced");
    EXPECT_EQ(session.wait(), 0);
}

TEST_F(SettingsctlLiveTest, AWaitIsSilentInAPipe) {
    server->set_faults("answer 500 forever");
    ctl({"set", "theme=light"});

    EXPECT_THAT(ctl({"sync", "--wait", "1"}, 1).errors, Not(HasSubstr("waiting: ")));
}

TEST_F(SettingsctlLiveTest, NobodyWhoDoesNotWantColoursGetsThem) {
    {
        auto session = at_terminal({"status"});
        EXPECT_EQ(session.wait(), 0);
        EXPECT_THAT(session.shown(), HasSubstr("\033[32msynced"));
    }
    setenv("NO_COLOR", "1", 1);
    auto session = at_terminal({"status"});
    unsetenv("NO_COLOR");
    EXPECT_EQ(session.wait(), 0);
    EXPECT_THAT(session.shown(), Not(HasSubstr("\033")));
    EXPECT_THAT(ctl({"status"}).output, Not(HasSubstr("\033")));
}

}  // namespace
}  // namespace settings::system_test
