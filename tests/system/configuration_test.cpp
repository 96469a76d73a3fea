// The machine's configuration below the user's own, and what the daemon tells of both.

#include <csignal>

#include "tests/support/programs.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

namespace fs = std::filesystem;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

constexpr int bad_configuration = 78;

/// A machine with one user: settingsd is installed in a prefix of its own, whose etc/ it reads.
class MachineTest : public testing::Test {
  protected:
    void SetUp() override {
        for (auto const* made : {"bin", "etc/settingsd", "home/.config/settingsd", "run"})
            fs::create_directories(folder / made);
        fs::copy_file(program("settingsd"), folder / "bin/settingsd");
        // Nothing leaves this machine.
        write_text(of_machine, "server.url = \"https://127.0.0.1:1\"\n");
    }

    /// The words that start it with these variables and options.
    [[nodiscard]] std::vector<std::string> words(std::string const& variable = "A=B",
                                                 std::vector<std::string> const& options = {}) {
        std::vector<std::string> all{"env",
                                     "-i",
                                     "HOME=" + (folder / "home").string(),
                                     "XDG_RUNTIME_DIR=" + (folder / "run").string(),
                                     variable,
                                     folder / "bin/settingsd"};
        all.insert(all.end(), options.begin(), options.end());
        return all;
    }

    void start(std::string const& variable = "A=B", std::vector<std::string> const& options = {}) {
        process.emplace(words(variable, options), Process::Output{folder / "log", folder / "log"});
        eventually("settingsd serves", [&] {
            if (process->has_ended()) throw std::runtime_error{read_text(folder / "log")};
            return client().status().has_value();
        });
    }

    Client client() { return Client{socket}; }

    /// What the daemon tells of one setting.
    client::Configuration::Setting told(std::string const& name) {
        auto const all = client().configuration().value();
        for (auto const& setting : all.settings)
            if (setting.name == name) return setting;
        throw std::runtime_error{"nothing is told of " + name};
    }

    TemporaryFolder folder;
    fs::path const of_machine = folder / "etc/settingsd/config.toml";
    fs::path const of_user = folder / "home/.config/settingsd/config.toml";
    fs::path const socket = folder / "run/settingsd/socket";
    std::optional<Process> process;
};

TEST_F(MachineTest, TheUsersOwnFileCountsBeforeTheMachines) {
    write_text(of_machine,
               "server.url = \"https://127.0.0.1:1\"\nsync.review = \"apply\"\n"
               "sync.conflict = \"remote\"\n");
    write_text(of_user, "sync.conflict = \"local\"\n");
    start();

    EXPECT_EQ(told("sync.review").value, "apply");
    EXPECT_EQ(told("sync.review").file, of_machine);
    EXPECT_EQ(told("sync.conflict").value, "local");
    EXPECT_EQ(told("sync.conflict").file, of_user);
    EXPECT_EQ(told("log.level").source, "default");
    EXPECT_EQ(told("socket.path").value, socket.string());
    EXPECT_EQ(told("socket.path").source, "environment");
    EXPECT_EQ(client().status().value().server, "https://127.0.0.1:1");
}

TEST_F(MachineTest, AReloadReadsBothAndTellsWhatWaitsForARestart) {
    start();
    ASSERT_EQ(told("sync.review").source, "default");
    write_text(of_user, "store.directory = \"" + (folder / "elsewhere").string() + "\"\n");
    write_text(of_machine, "server.url = \"https://127.0.0.1:2\"\nsync.review = \"apply\"\n");

    process->send(SIGHUP);

    eventually("it is read", [&] { return told("sync.review").value == "apply"; });
    EXPECT_EQ(told("sync.review").file, of_machine);
    EXPECT_EQ(client().status().value().server, "https://127.0.0.1:2");
    EXPECT_EQ(told("store.directory").value, (folder / "home/.local/state/settingsd").string());
    EXPECT_TRUE(told("store.directory").waits_for_restart);
    EXPECT_FALSE(fs::exists(folder / "elsewhere"));
}

TEST_F(MachineTest, AWrongFileOfTheMachineIsNamedAndChangesNothingOfWhatRuns) {
    start();
    write_text(of_machine, "\nsync.reviews = \"apply\"\n");

    process->send(SIGHUP);
    eventually("it is refused", [&] {
        return read_text(folder / "log").find("the configuration stays as it was") !=
               std::string::npos;
    });
    EXPECT_THAT(read_text(folder / "log"), HasSubstr(of_machine.string() + ":2: unknown setting"));
    EXPECT_EQ(told("server.url").value, "https://127.0.0.1:1");
    process.reset();

    using Options = std::vector<std::string>;
    for (auto const& options : {Options{}, Options{"--check-config"}}) {
        auto const refused = run(words("A=B", options), folder.path());
        EXPECT_EQ(refused.status, bad_configuration);
        EXPECT_THAT(refused.errors, HasSubstr(of_machine.string() + ":2: unknown setting"));
    }
}

TEST_F(MachineTest, AFileOfTheMachineThatCannotBeReadIsNotPassedOver) {
    fs::remove(of_machine);
    fs::create_symlink(folder / "gone", of_machine);

    auto const refused = run(words(), folder.path());

    EXPECT_EQ(refused.status, bad_configuration);
    EXPECT_THAT(refused.errors, HasSubstr(of_machine.string() + " cannot be read: No such file"));
}

TEST_F(MachineTest, AFileThatIsNamedIsTheOnlyOne) {
    write_text(of_machine, "what is here is not read");
    write_text(of_user, "nor this");
    write_text(folder / "named.toml", "server.url = \"https://127.0.0.1:3\"\n");
    start("A=B", {"--config", folder / "named.toml"});

    EXPECT_EQ(told("server.url").file, folder / "named.toml");
    EXPECT_EQ(client().configuration().value().files.size(), 1U);
}

/// As settingsd@USER.service starts it.
TEST_F(MachineTest, TheSystemsDaemonReadsTheMachinesFileAlone) {
    write_text(of_user, "not for this daemon");
    start("XDG_CONFIG_HOME=" + (folder / "etc").string());

    auto const files = client().configuration().value().files;
    ASSERT_EQ(files.size(), 1U);
    EXPECT_EQ(files[0].path, of_machine);
    EXPECT_EQ(told("server.url").file, of_machine);
}

TEST_F(MachineTest, SettingsctlShowsEachValueWithItsFileAndNoSecret) {
    write_text(of_machine,
               "server.url = \"https://127.0.0.1:1\"\n"
               "server.proxy = \"http://ada:hush@127.0.0.1:9\"\n");
    start();
    auto const show = [&](std::vector<std::string> more) {
        more.insert(more.begin(), {program("settingsctl"), "--socket", socket, "config"});
        return run(more, folder.path());
    };

    auto const shown = show({});
    EXPECT_EQ(shown.status, 0) << shown.errors;
    EXPECT_THAT(shown.output,
                AllOf(HasSubstr("server.proxy"), HasSubstr("http://127.0.0.1:9"),
                      HasSubstr(of_machine.string()), HasSubstr(of_user.string() + " (absent)"),
                      Not(HasSubstr("hush"))));
    auto const json = client::Json::parse(show({"--json"}).output);
    EXPECT_EQ(json, client().configuration().value().answer);

    process.reset();
    EXPECT_EQ(show({}).status, 3) << "nobody else knows";
}

}  // namespace
}  // namespace settings::system_test
