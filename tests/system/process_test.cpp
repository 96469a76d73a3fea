// Starting, configuring, reloading.

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>
#include <unistd.h>

#include "tests/support/programs.h"
#include "tests/system/support/raw_connection.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using std::filesystem::perms;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

constexpr int wrong_usage = 64;
constexpr int already_running = 75;
constexpr int bad_configuration = 78;

using ProcessTest = SystemTest;

TEST_F(ProcessTest, ASecondDaemonOnTheSameStoreLeavesAndNamesTheFirst) {
    boot();
    auto& second = make_device("b", {{"store.directory", quoted(device().store())}});

    auto const finished = second.start_in_vain();

    EXPECT_EQ(finished.status, already_running);
    EXPECT_THAT(finished.errors,
                HasSubstr("process " + std::to_string(device().process().pid()) + ")"));
    EXPECT_EQ(patch(device(), {{"theme", "light"}}), 1);
}

TEST_F(ProcessTest, ASecondDaemonDoesNotTakeTheSocketAway) {
    boot();
    auto& second = make_device("b", {{"socket.path", quoted(device().socket())}});

    auto const finished = second.start_in_vain();

    EXPECT_EQ(finished.status, bad_configuration);
    EXPECT_THAT(finished.errors, HasSubstr("another daemon listens there"));
    EXPECT_EQ(patch(device(), {{"theme", "light"}}), 1);
}

TEST_F(ProcessTest, AWrongConfigurationIsToldWithItsPlace) {
    serve();
    auto& made = make_device("a");
    write_text(made.config(), "[log]\nlevel = \"info\"\n\n[sync]\ndebounce = 2\n");

    for (auto const& options : {std::vector<std::string>{}, {"--check-config"}}) {
        auto const finished = made.start_in_vain(options);
        EXPECT_EQ(finished.status, bad_configuration);
        EXPECT_EQ(finished.errors,
                  "settingsd: " + made.config().string() + ":5: unknown setting sync.debounce\n");
    }
    EXPECT_FALSE(std::filesystem::exists(made.store()));
}

TEST_F(ProcessTest, AConfigurationThatIsNotTomlIsToldWithItsPlace) {
    serve();
    auto& made = make_device("a");
    write_text(made.config(), "[log]\nlevel = info\n");

    auto const finished = made.start_in_vain();

    EXPECT_EQ(finished.status, bad_configuration);
    EXPECT_THAT(finished.errors, StartsWith("settingsd: " + made.config().string() + ":2: "));
}

TEST_F(ProcessTest, WhatIsWrongWithTheCommandLineIsNotTriedAgain) {
    serve();

    EXPECT_EQ(make_device("a").start_in_vain({"--loud"}).status, wrong_usage);
}

TEST_F(ProcessTest, AnEmptyNameOfTheConfigurationIsNotTheUsualFile) {
    for (auto const& words : {std::vector<std::string>{"--config", ""}, {"--config="}}) {
        std::vector<std::string> command{program("settingsd"), "--check-config"};
        command.insert(command.end(), words.begin(), words.end());

        auto const finished = run(command, folder.path());

        EXPECT_EQ(finished.status, wrong_usage) << words.front();
        EXPECT_THAT(finished.errors, HasSubstr("--config")) << words.front();
    }
}

TEST_F(ProcessTest, MoreThanOneSocketIsRefusedAndClientsAreTold) {
    serve();
    auto& made = make_device("a");
    auto const socket = folder / "one", other = folder / "other";
    Process const activator{
        {"systemd-socket-activate", "--listen=" + socket.string(), "--listen=" + other.string(),
         program("settingsd"), "--config", made.config()},
        {}};
    eventually("somebody listens", [&] { return std::filesystem::exists(other); });

    auto const answer = Client{socket}.status();

    ASSERT_FALSE(answer);
    EXPECT_THAT(answer.error().message(),
                HasSubstr("settingsd cannot start: more than one socket was passed in"));
}

TEST_F(ProcessTest, ACertificateFileThatIsNotThereIsToldByTheCheckAlone) {
    serve();
    auto& made = make_device("a", {{"server.ca_file", quoted(folder / "later.pem")}});

    auto const checked = made.start_in_vain({"--check-config"});

    EXPECT_EQ(checked.status, bad_configuration);
    EXPECT_THAT(checked.errors, HasSubstr("server.ca_file: cannot use the certificates in"));
    made.start();
    EXPECT_EQ(patch(made, {{"theme", "light"}}), 1);
}

TEST_F(ProcessTest, AConfigurationCanBeCheckedWithoutAStart) {
    serve();
    auto& made = make_device("a");

    auto const finished = made.start_in_vain({"--check-config"});

    EXPECT_EQ(finished.status, 0);
    EXPECT_EQ(finished.output, "the configuration is right\n");
    EXPECT_FALSE(std::filesystem::exists(made.store()));
}

TEST_F(ProcessTest, AReloadOfAWrongConfigurationChangesNothing) {
    boot();
    write_text(device().config(), "[server]\nurl = \"http://localhost\"\n");

    device().process().send(SIGHUP);

    expect_eventually([&] { return device().log(); },
                      HasSubstr("the configuration stays as it was: " + device().config().string() +
                                ":2: server.url"));
    patch(device(), {{"theme", "light"}});
    expect_sync(device());
    EXPECT_EQ(server->document(), Json({{"theme", "light"}}));
    EXPECT_EQ(device().status().server, server->url());
}

TEST_F(ProcessTest, AStateDirectoryThatOthersMayEnterIsRefused) {
    serve();
    auto& made = make_device("a");
    std::filesystem::create_directory(made.store());
    std::filesystem::permissions(made.store(), perms::owner_all | perms::group_read |
                                                   perms::group_exec | perms::others_read |
                                                   perms::others_exec);

    auto const finished = made.start_in_vain();

    EXPECT_EQ(finished.status, bad_configuration);
    EXPECT_EQ(finished.errors,
              "settingsd: " + made.store().string() + " is open to other users; chmod 700 it\n");
    EXPECT_THAT(std::filesystem::directory_iterator{made.store()},
                std::filesystem::directory_iterator{});
}

TEST_F(ProcessTest, InterruptingIsAnOrderlyEnd) {
    boot();
    patch(device(), {{"theme", "light"}});

    device().process().send(SIGINT);

    EXPECT_EQ(device().process().wait(), 0);
    EXPECT_THAT(device().log(), HasSubstr("stopped at revision 1"));
}

TEST_F(ProcessTest, AnEndDoesNotWaitForAServerThatDoesNotAnswer) {
    boot();
    server->set_faults("hang forever");
    patch(device(), {{"theme", "light"}});
    expect_eventually([&] { return server->methods(); }, "GET");

    EXPECT_EQ(device().stop(), 0);
}

TEST_F(ProcessTest, AHangingServerHoldsUpNoApp) {
    boot();
    server->set_faults("hang forever");
    patch(device(), {{"theme", "light"}});
    expect_eventually([&] { return server->methods(); }, "GET");

    EXPECT_EQ(patch(device(), {{"theme", "dark"}}), 2);
    EXPECT_EQ(device().document(), Json({{"theme", "dark"}}));
    EXPECT_EQ(device().status().state, "syncing");
}

TEST_F(ProcessTest, AReloadTurnsToAnotherServer) {
    boot();
    patch(device(), {{"theme", "light"}});
    expect_sync(device());
    Emulator const other{folder / "other"};
    other.set_document({{"font", 10}, {"theme", "light"}});
    device().configure(
        {{"server.url", quoted(other.url())}, {"server.ca_file", quoted(other.ca())}});
    device().put_token(other.token());

    device().process().send(SIGHUP);

    expect_eventually([&] { return device().status().waits_for; }, "account");
    EXPECT_EQ(device().status().server, other.url());
    ctl({"review", "merge"});
    expect_eventually([&] { return device().document(); }, Json{{"font", 10}, {"theme", "light"}});
}

// What is only told
// --------------------------------------------------------------------------------

/// A daemon that a shell becomes, with its words behind `before` and what is behind them.
class ShellTest : public SystemTest {
  protected:
    void start(std::string const& before, std::string const& behind) {
        serve();
        auto& made = make_device("a");
        auto const line = before + "exec '" + program("settingsd") + "' --config '" +
                          made.config().string() + "' " + behind;
        shell.emplace(std::vector<std::string>{"sh", "-c", line}, Process::Output{});
        eventually("settingsd serves", [&] { return made.client().document().has_value(); });
    }

    /// Each reload and each round is told in the log.
    void expect_that_it_goes_on() {
        for (int time = 1; time <= 20; ++time) {
            EXPECT_EQ(patch(device(), {{"number", time}}), time);
            EXPECT_TRUE(device().client().sync());
        }
        EXPECT_EQ(device().document(), Json({{"number", 20}}));
    }

    std::optional<Process> shell;
};

TEST_F(ShellTest, ALogWhoseReaderHasLeftEndsNothing) {
    auto const log = folder / "pipe";
    ASSERT_EQ(mkfifo(log.c_str(), 0600), 0);
    int const reader = open(log.c_str(), O_RDONLY | O_NONBLOCK);
    start("", "2>'" + log.string() + "'");
    close(reader);

    expect_that_it_goes_on();
}

TEST_F(ShellTest, ALogWhoseReaderIsBusyHoldsNothingUp) {
    auto const log = folder / "pipe";
    ASSERT_EQ(mkfifo(log.c_str(), 0600), 0);
    int const reader = open(log.c_str(), O_RDONLY | O_NONBLOCK);
    ASSERT_EQ(fcntl(reader, F_SETPIPE_SZ, 4'096), 4'096);
    start("", "2>'" + log.string() + "'");

    expect_that_it_goes_on();
    close(reader);
}

TEST_F(ShellTest, ALogThatCannotBeWrittenEndsNothing) {
    start("", "2>/dev/full");

    expect_that_it_goes_on();
}

TEST_F(ShellTest, AProcessWithoutStreamsKeepsItsStore) {
    start("", "<&- >&- 2>&-");

    expect_that_it_goes_on();
    shell->send(SIGTERM);
    EXPECT_EQ(shell->wait(), 0);
}

TEST_F(ShellTest, AFileThatMayNotGrowIsAFullDisk) {
    start("ulimit -f 512; ", "2>/dev/null");

    auto const refused = device().client().patch({{"large", std::string(900'000, 'x')}});

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().status(), 507U) << refused.error().message();
    EXPECT_EQ(patch(device(), {{"small", 1}}), 1);
}

}  // namespace
}  // namespace settings::system_test
