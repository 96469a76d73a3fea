// flashback-emulator --try: a service and a daemon for people without an account.

#include <optional>

#include "tests/support/programs.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using testing::HasSubstr;

class TrialTest : public testing::Test {
  protected:
    TrialTest()
        : trial{{program("flashback-emulator"), "--try"}, {folder / "lines", folder / "errors"}} {
        eventually("all lines are there",
                   [&] { return read_text(folder / "lines").ends_with("settingsd.log\n"); });
        auto const lines = read_text(folder / "lines");
        auto const begin = lines.find('=') + 1;  // of "export SETTINGSD_SOCKET="
        socket = lines.substr(begin, lines.find_first_of(" \n", begin) - begin);
    }
    ~TrialTest() override { std::filesystem::remove_all(files()); }

    [[nodiscard]] std::filesystem::path files() const { return socket.parent_path().parent_path(); }

    Finished ctl(std::vector<std::string> const& words) {
        std::vector<std::string> all{program("settingsctl"), "--socket", socket};
        all.insert(all.end(), words.begin(), words.end());
        return run(all, folder.path());
    }

    /// The trial's daemon, while it runs.
    [[nodiscard]] std::optional<pid_t> daemon() const {
        for (auto const& process : std::filesystem::directory_iterator{"/proc"})
            if (read_text(process.path() / "cmdline").find(files() / "config.toml") !=
                std::string::npos)
                return std::stoi(process.path().filename());
        return std::nullopt;
    }
    [[nodiscard]] bool has_daemon() const { return daemon().has_value(); }

    TemporaryFolder folder;
    Process trial;
    std::filesystem::path socket;
};

TEST_F(TrialTest, GivesAServiceAndADaemonThatAreGoneWithIt) {
    EXPECT_EQ(ctl({"set", "theme=dark"}).status, 0);
    EXPECT_EQ(ctl({"sync", "--wait", "30"}).status, 0);
    EXPECT_THAT(ctl({"status"}).output, HasSubstr("Account       demo@flashback.tech"));
    EXPECT_TRUE(has_daemon());

    trial.send(SIGINT);

    EXPECT_EQ(trial.wait(), 0);
    EXPECT_FALSE(has_daemon());
    EXPECT_FALSE(std::filesystem::exists(files()));
}

TEST_F(TrialTest, LeavesNoDaemonAloneWhenItIsKilled) {
    trial.kill();

    eventually("the daemon is gone", [&] { return !has_daemon(); });
}

TEST_F(TrialTest, SaysWhenItsDaemonHasEnded) {
    ASSERT_TRUE(has_daemon());

    kill(*daemon(), SIGKILL);

    eventually("it is told", [&] { return !read_text(folder / "errors").empty(); });
    EXPECT_THAT(read_text(folder / "errors"), HasSubstr("settingsd has ended; "));
    trial.send(SIGINT);
    EXPECT_EQ(trial.wait(), 0);
}

TEST(TrialWithoutADaemonTest, SaysWhatIsMissing) {
    TemporaryFolder const folder;
    std::filesystem::copy(program("flashback-emulator"), folder / "flashback-emulator");

    auto const finished =
        run({"env", "PATH=" + folder.path().string(), folder / "flashback-emulator", "--try"},
            folder.path());

    EXPECT_EQ(finished.status, 1);
    EXPECT_THAT(finished.errors, HasSubstr("install it: apt install settingsd"));
}

}  // namespace
}  // namespace settings::system_test
