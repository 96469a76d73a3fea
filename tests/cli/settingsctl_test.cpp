#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/wait.h>

#include <cstdlib>
#include <fstream>
#include <sstream>

#include "tests/client/fake_daemon.h"
#include "tests/support/programs.h"

namespace settings::cli {
namespace {

using client::reply;
using testing::HasSubstr;

std::string text_of(std::filesystem::path const& file) {
    std::ostringstream text;
    text << std::ifstream{file}.rdbuf();
    return text.str();
}

/// The real program, run by a shell.
class SettingsctlTest : public testing::Test {
  public:
    ~SettingsctlTest() override { std::filesystem::remove_all(directory); }

  protected:
    /// Runs `settingsctl <words>`, keeps what it prints and returns its exit status.
    int run(std::string const& words) { return run(words, directory / "out"); }

    int run(std::string const& words, std::filesystem::path const& stdout_file) {
        std::string const line = program("settingsctl") + ' ' + words + " >" +
                                 stdout_file.string() + " 2>" + (directory / "err").string();
        int const status = std::system(line.c_str());
        output = text_of(directory / "out");
        message = text_of(directory / "err");
        return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    }

    std::filesystem::path directory = client::new_directory();
    std::string output;
    std::string message;
};

TEST_F(SettingsctlTest, PrintsASetting) {
    client::FakeDaemon daemon{{{.replies = {reply(200, R"({"success":true,"value":"light"})")}}}};

    EXPECT_EQ(run("get theme --socket " + daemon.socket_path()), 0);
    EXPECT_EQ(output, "light\n");
    EXPECT_EQ(message, "");
}

TEST_F(SettingsctlTest, ReturnsOneWhenTheDaemonRefuses) {
    client::FakeDaemon daemon{
        {{.replies = {reply(404, R"({"success":false})"),
                      reply(507, R"({"success":false,"message":"the disk is full"})")}}}};

    EXPECT_EQ(run("set a=1 --socket " + daemon.socket_path()), 1);
    EXPECT_EQ(output, "");
    EXPECT_EQ(message, "settingsctl: the disk is full\n");
}

TEST_F(SettingsctlTest, ReturnsTwoForWrongUsage) {
    EXPECT_EQ(run("set a=1 a=2"), 2);
    EXPECT_EQ(output, "");
    EXPECT_EQ(message, "settingsctl: \"a\" is set twice; keep one of them\n");

    EXPECT_EQ(run("frobnicate"), 2);
    EXPECT_EQ(
        message,
        "settingsctl: there is no command or option \"frobnicate\"; see: settingsctl --help\n");
}

TEST_F(SettingsctlTest, ReturnsThreeWhenNoDaemonRuns) {
    ::setenv("XDG_RUNTIME_DIR", "/run/me", 1);
    auto const socket = (directory / "socket").string();

    EXPECT_EQ(run("status --socket " + socket), 3);
    EXPECT_EQ(output, "");
    EXPECT_EQ(message, "settingsctl: the daemon is not running (no socket at " + socket +
                           "), or its socket was removed; start it with: systemctl --user restart "
                           "settingsd.socket\n");
}

TEST_F(SettingsctlTest, FailsWhenTheOutputCannotBeWritten) {
    EXPECT_EQ(run("--help", "/dev/full"), 1);
    EXPECT_EQ(message, "settingsctl: cannot write the output\n");
}

TEST_F(SettingsctlTest, AClosedOutputIsAnErrorAndIsNotTheDaemonsSocket) {
    auto const value = reply(200, R"({"success":true,"path":"a","value":"DELETE / HTTP/1.1"})");
    client::FakeDaemon daemon{{{.replies = {value}}}};
    std::string const command = program("settingsctl") + " get a --socket " + daemon.socket_path() +
                                " >&- 2>" + (directory / "message").string();

    EXPECT_EQ(WEXITSTATUS(std::system(command.c_str())), 1);
    EXPECT_THAT(text_of(directory / "message"), HasSubstr("cannot write the output"));
    EXPECT_THAT(daemon.stop(), testing::ElementsAre(HasSubstr("GET /v1/settings/a")));
}

TEST_F(SettingsctlTest, TakesTokensFromStandardInput) {
    auto const done = reply(200, R"({"success":true})");
    client::FakeDaemon daemon{{{.replies = {done}}}};
    std::ofstream{directory / "tokens"}
        << R"({"accessToken":"a","refreshToken":"r","provider":"GITHUB","user":{}})";

    EXPECT_EQ(run("login --tokens --socket " + daemon.socket_path() + " <" +
                  (directory / "tokens").string()),
              0);

    EXPECT_EQ(output, "logged in\n");
    EXPECT_THAT(daemon.stop(),
                testing::ElementsAre(
                    HasSubstr(R"({"accessToken":"a","provider":"GITHUB","refreshToken":"r"})")));
}

TEST_F(SettingsctlTest, SaysWhatToDoWhenThereIsNoTerminalToAskAt) {
    std::string const without_terminal = "setsid -w " + program("settingsctl") + " login";

    EXPECT_EQ(run("login --tokens </dev/null"), 2);
    EXPECT_THAT(message, HasSubstr("give tokens on standard input"));

    auto const file = (directory / "err").string();
    EXPECT_EQ(WEXITSTATUS(std::system((without_terminal + " 2>" + file).c_str())), 2);
    EXPECT_THAT(text_of(file), HasSubstr("there is no terminal to ask at"));
}

TEST_F(SettingsctlTest, HelpIsACommandAndAnOptionOfEachOther) {
    for (auto const* command : {"", "set", "conflicts restore"}) {
        EXPECT_EQ(run(std::string{"help "} + command), 0);
        auto const help = output;
        EXPECT_EQ(run(std::string{command} + " --help"), 0);
        EXPECT_EQ(output, help);
        EXPECT_THAT(help, HasSubstr("Usage: settingsctl"));
    }
    EXPECT_EQ(run("help frobnicate"), 2);
    EXPECT_THAT(message, HasSubstr("there is no command or option \"frobnicate\""));
    EXPECT_EQ(run("-V"), 0);
    EXPECT_EQ(output, "settingsctl " SETTINGSD_VERSION "\n");
}

TEST_F(SettingsctlTest, PrintsHelpOnStdout) {
    EXPECT_EQ(run("--help"), 0);
    EXPECT_THAT(output, HasSubstr("Examples:"));
    EXPECT_EQ(message, "");
}

}  // namespace
}  // namespace settings::cli
