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

/// Columns that a line takes, without its end and its colours.
std::size_t width_of(std::string const& line) {
    static std::regex const without{"\033\\[[0-9]*m|\r|[\x80-\xbf]"};
    return std::regex_replace(line, without, "").size();
}

class SettingsctlLiveTest : public SystemTest {
  protected:
    void SetUp() override { boot(); }

    [[nodiscard]] TerminalSession at_terminal(
        std::vector<std::string> words, TerminalSession::Size size = TerminalSession::Size{}) {
        words.insert(words.begin(), {program("settingsctl"), "--socket", device().socket()});
        return TerminalSession{words, size};
    }

    [[nodiscard]] std::string told() const { return read_text(folder / "told"); }
};

TEST_F(SettingsctlLiveTest, AtATerminalTheStatusIsDrawnInPlace) {
    auto session = at_terminal({"status", "--watch"});
    session.expect("\033[H\033[32msynced\033[0m\033[K");
    ctl({"pause"});

    session.expect("\033[H\033[33mpaused");

    session.send(SIGINT);
    EXPECT_TRUE(WIFSIGNALED(session.wait()));
}

TEST_F(SettingsctlLiveTest, ALiveStatusNeverScrollsHoweverSmallTheTerminalIs) {
    auto session = at_terminal({"status", "--watch"}, {6, 40});
    session.expect("\033[H\033[32msynced");
    session.expect("\033[J");
    session.expect("\033[H\033[32msynced");

    auto const screen = session.shown().substr(session.shown().find("\033[H\033[32m"));
    auto const drawing = screen.substr(0, screen.find("\033[J"));
    EXPECT_EQ(std::ranges::count(drawing, '\n'), 5) << drawing;
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
