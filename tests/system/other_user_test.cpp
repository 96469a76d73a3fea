// Somebody else's home, most of all under sudo: nothing is made there, and it is said whose it is.

#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>

#include "tests/support/programs.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

namespace fs = std::filesystem;
using fs::path;
using fs::perms;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr int bad_configuration = 78;
constexpr uid_t ada = 12'345;

void give_to_ada(path const& folder) {
    ASSERT_EQ(lchown(folder.c_str(), ada, ada), 0);
    for (auto const& entry : fs::recursive_directory_iterator{folder})
        ASSERT_EQ(lchown(entry.path().c_str(), ada, ada), 0);
}

/// The daemon's program where everybody may reach it, wherever the build is.
std::string settingsd_in(path const& folder) {
    fs::copy_file(program("settingsd"), folder / "settingsd", fs::copy_options::skip_existing);
    fs::permissions(folder, perms{0755});
    fs::permissions(folder / "settingsd", perms{0755});
    return folder / "settingsd";
}

/// How the daemon is started: variables and options, with the homes' folder for @.
struct Start {
    char const* name;
    std::vector<std::string> words;
};

void PrintTo(Start const& start, std::ostream* stream) { *stream << start.name; }

class OtherUserTest : public testing::Test {
  protected:
    void SetUp() override {
        if (geteuid() != 0) GTEST_SKIP() << "only root can be another user, or start like sudo";
        fs::permissions(folder.path(), perms{0755});
        for (auto const* made :
             {"ada/.config/settingsd", "ada/run", "ada/open", "root/.config", "root/run", "out"})
            fs::create_directories(folder / made);
        write_text(folder / "ada/.config/settingsd/config.toml", "[log]\nlevel = \"info\"\n");
        fs::create_directory_symlink(folder / "ada/run", folder / "root/link");
        give_to_ada(folder / "ada");
        fs::permissions(folder / "ada/open", perms{01777});
        fs::permissions(folder / "root/.config", perms{0777});
    }

    /// `env`, with nothing of this process's but for what the words set, and settingsd's own.
    [[nodiscard]] Finished start(std::vector<std::string> const& words,
                                 std::vector<std::string> starter = {}) const {
        starter.insert(starter.end(), {"env", "-i", "PATH=/usr/bin:/bin"});
        auto const at_program = std::ranges::find_if(
            words, [](std::string const& word) { return word.starts_with("--"); });
        starter.insert(starter.end(), words.begin(), at_program);
        starter.push_back(settingsd_in(folder / "out"));
        starter.insert(starter.end(), at_program, words.end());
        for (auto& word : starter)
            if (auto const at = word.find('@'); at != word.npos)
                word.replace(at, 1, folder.path().string());
        return run(starter, folder / "out");
    }

    /// Every file and whose it is.
    [[nodiscard]] std::map<std::string, uid_t> all() const {
        std::map<std::string, uid_t> found;
        for (auto const& entry : fs::recursive_directory_iterator{folder.path()}) {
            struct stat status {};
            if (entry.path().parent_path().filename() == "out") continue;
            if (lstat(entry.path().c_str(), &status) == 0) found[entry.path()] = status.st_uid;
        }
        return found;
    }

    TemporaryFolder folder;
};

class SomebodyElsesTest : public OtherUserTest, public testing::WithParamInterface<Start> {};

INSTANTIATE_TEST_SUITE_P(
    Root, SomebodyElsesTest,
    testing::Values(
        Start{"Home", {"HOME=@/ada", "XDG_RUNTIME_DIR=@/root/run"}},
        Start{"RuntimeFolder", {"HOME=@/root", "XDG_RUNTIME_DIR=@/ada/run"}},
        Start{"HomeAndRuntimeFolder", {"HOME=@/ada", "XDG_RUNTIME_DIR=@/ada/run"}},
        Start{"StateFolder",
              {"HOME=@/root", "XDG_STATE_HOME=@/ada/state", "XDG_RUNTIME_DIR=@/root/run"}},
        Start{"StateFolderBehindALink",
              {"HOME=@/root", "XDG_STATE_HOME=@/root/link", "XDG_RUNTIME_DIR=@/root/run"}},
        Start{"FolderThatIsOpenToAll",
              {"HOME=@/root", "XDG_STATE_HOME=@/ada/open", "XDG_RUNTIME_DIR=@/root/run"}},
        Start{"ConfigurationFolder",
              {"HOME=@/root", "XDG_CONFIG_HOME=@/ada/.config", "XDG_RUNTIME_DIR=@/root/run"}},
        Start{"ConfigurationFile",
              {"HOME=@/root", "XDG_RUNTIME_DIR=@/root/run",
               "--config=@/ada/.config/settingsd/config.toml"}},
        Start{"NoHome",
              {"XDG_CONFIG_HOME=@/root/.config", "XDG_STATE_HOME=@/ada/state",
               "XDG_RUNTIME_DIR=@/root/run"}}),
    [](auto const& start) { return start.param.name; });

TEST_P(SomebodyElsesTest, IsNamedAndNothingIsMadeThere) {
    auto const before = all();

    auto const finished = start(GetParam().words);

    EXPECT_EQ(finished.status, bad_configuration) << finished.errors;
    EXPECT_THAT(finished.errors,
                AllOf(HasSubstr("belongs to user 12345"), HasSubstr("user root"),
                      HasSubstr("sudo -u '#12345' settingsd"), Not(HasSubstr("chown"))));
    EXPECT_EQ(all(), before);
}

TEST_F(OtherUserTest, WithoutAHomeNothingIsGuessed) {
    auto const before = all();

    auto const finished = start({"XDG_RUNTIME_DIR=@/root/run"});

    EXPECT_EQ(finished.status, bad_configuration);
    EXPECT_THAT(finished.errors, HasSubstr("HOME is not set"));
    EXPECT_EQ(all(), before);
}

TEST_F(OtherUserTest, AnOrdinaryUserGetsNoStoreInAFolderThatIsOpenToAll) {
    auto const before = all();

    auto const finished = start({"HOME=@/root", "XDG_CONFIG_HOME=@/root/.config",
                                 "XDG_STATE_HOME=@/ada/open", "XDG_RUNTIME_DIR=@/root/run"},
                                {"setpriv", "--reuid=12346", "--regid=12346", "--clear-groups"});

    EXPECT_EQ(finished.status, bad_configuration) << finished.errors;
    EXPECT_THAT(finished.errors,
                HasSubstr("belongs to user 12345, and settingsd was started by user 12346"));
    EXPECT_EQ(all(), before);
}

TEST_F(OtherUserTest, AConfigurationOfAnybodyMayBeChecked) {
    auto const finished =
        start({"HOME=@/root", "--config=@/ada/.config/settingsd/config.toml", "--check-config"});

    EXPECT_EQ(finished.status, 0) << finished.errors;
}

// settingsctl
// --------------------------------------------------------------------------------

class RootsCommandTest : public SystemTest {
  protected:
    void SetUp() override {
        if (geteuid() != 0) GTEST_SKIP() << "only root is told";
        serve();
        auto& made = make_device("a");
        give_to_ada(made.folder());
        adas.emplace(
            std::vector<std::string>{"setpriv", "--reuid=12345", "--regid=12345", "--clear-groups",
                                     settingsd_in(folder.path()), "--config", made.config()},
            Process::Output{made.folder() / "log", made.folder() / "log"});
        eventually("settingsd answers", [&] {
            return made.client().status().error().code() != client::Errc::unreachable;
        });
    }

    Finished as_root(std::vector<std::string> words) {
        words.insert(words.begin(), {program("settingsctl"), "--socket", device().socket()});
        return run(words, folder.path());
    }

    std::optional<Process> adas;  ///< daemon
};

TEST_F(RootsCommandTest, SaysWhoseSettingsTheyAre) {
    auto const finished = as_root({"get"});

    EXPECT_EQ(finished.status, 1);
    EXPECT_THAT(finished.errors,
                HasSubstr("these settings belong to another user; you are root, and settings "
                          "belong to one user; for those of 12345: sudo -u '#12345' settingsctl"));
}

TEST_F(RootsCommandTest, TheDaemonsMemoryIsNotItsUsersToLookAt) {
    struct stat status {};
    ASSERT_EQ(stat(("/proc/" + std::to_string(adas->pid()) + "/environ").c_str(), &status), 0);

    EXPECT_EQ(status.st_uid, 0U);  // the user's, were the process dumpable (proc(5))
}

TEST_F(RootsCommandTest, AdvisesToBeThatUserAndNeverToGiveFilesToRoot) {
    auto const told = as_root({"doctor"}).output;

    EXPECT_THAT(told, AllOf(HasSubstr("belongs to user 12345"),
                            HasSubstr("to do: sudo -u '#12345' settingsctl doctor"),
                            Not(HasSubstr("chown")), Not(HasSubstr("systemctl --user"))));
}

}  // namespace
}  // namespace settings::system_test
