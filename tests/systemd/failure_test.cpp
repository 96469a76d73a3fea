// A daemon that crashes goes on, and one that cannot start does not try for ever.

#include "tests/support/eventually.h"
#include "tests/support/temporary_folder.h"
#include "tests/system/support/raw_connection.h"
#include "tests/systemd/device_test.h"

namespace settings::systemd_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;

class FailureTest : public DeviceTest {
  protected:
    int restarts() { return std::stoi(service().property("NRestarts")); }
    /// What the service said last to its manager. Of a process that ends at once the journal may
    /// not know which unit it was.
    std::string told() { return service().property("StatusText"); }
    void restart() { service().systemctl({"restart", service().name() + ".service"}); }

    /// A daemon of the same user's on the same store, with another socket.
    std::unique_ptr<Process> start_by_hand() {
        auto const config = folder / "config.toml";
        write_text(config, "store.directory = \"" + service().store().string() +
                               "\"\nsocket.path = \"" + (folder / "socket").string() + "\"\n");
        output_of({"chown", "--recursive", service().user().name, folder.path()});
        auto started = std::make_unique<Process>(
            command_of(service().user(), {"/usr/bin/settingsd", "--config", config}),
            Process::Output{"/dev/null", "/run/by-hand.log"});
        eventually("the one that was started by hand serves", [&] {
            return as(service().user(), [&] { return Client{folder / "socket"}.status(); })
                .has_value();
        });
        return started;
    }

    /// A line of a shell of the user's.
    Words as_in_a_session(std::string const& line) {
        auto const& user = service().user();
        return command_of(
            user, {"env", "HOME=" + user.home.string(),
                   "XDG_RUNTIME_DIR=/run/user/" + std::to_string(user.uid), "sh", "-c", line});
    }
    void follow(std::string const& advice) { output_of(as_in_a_session(advice)); }

    TemporaryFolder folder;

    void expect_clients_to_hear(std::string const& reason) {
        auto const answer = as(service().user(), [&] { return service().client().get("a"); });
        ASSERT_FALSE(answer);
        EXPECT_THAT(answer.error().message(),
                    AllOf(HasSubstr("settingsd cannot start: "), HasSubstr(reason)));
    }

    /// A start that is expected to fail.
    void start_in_vain() {
        EXPECT_THROW(restart(), std::runtime_error);
        expect_eventually([&] { return state(); }, "failed");
    }
};

INSTANTIATE_TEST_SUITE_P(, FailureTest, either_device, name_of_device);

TEST_P(FailureTest, TenCrashesInARowLeaveTheSocketUp) {
    restart();
    service().patch({{"crashes", "none"}});
    auto const revision = service().status().revision;

    for (int crash = 1; crash <= 10; ++crash) {
        auto const pid = service().pid();
        service().systemctl({"kill", "--signal=SEGV", "--kill-who=main", service().name()});
        service().await_successor_of(pid);
        EXPECT_EQ(service().socket_property("ActiveState"), "active");
    }

    EXPECT_EQ(restarts(), 10);
    EXPECT_EQ(service().document().at("crashes"), "none");
    EXPECT_EQ(service().status().revision, revision);
    expect_sync(device());
}

TEST_P(FailureTest, AWrongConfigurationIsToldOnceAndNotTriedAgain) {
    auto const configured = read_text(service().config());
    write_text(service().config(), configured + "log.level = \"loud\"\n");

    start_in_vain();

    EXPECT_EQ(service().property("ExecMainStatus"), "78");
    EXPECT_EQ(restarts(), 0);
    EXPECT_THAT(told(), HasSubstr("log.level must be error, warn, info or debug"));
    write_text(service().config(), configured);
    restart();
    EXPECT_TRUE(service().document().is_object());
}

TEST_P(FailureTest, ASecondDaemonOnTheStoreNamesTheFirstAndIsNotTriedAgain) {
    service().systemctl({"stop", service().name() + ".service", service().name() + ".socket"});
    auto const by_hand = start_by_hand();

    start_in_vain();

    EXPECT_EQ(service().property("ExecMainStatus"), "75");
    EXPECT_EQ(restarts(), 0);
    EXPECT_THAT(told(), HasSubstr("another settingsd (process " + std::to_string(by_hand->pid()) +
                                  ") uses the store"));
    by_hand->kill();
    restart();
    EXPECT_TRUE(service().document().is_object());
}

TEST_P(FailureTest, AStoreOfANewerVersionIsLeftAloneAndNotTriedAgain) {
    service().systemctl({"stop", service().name() + ".service"});
    auto const store = service().store() / "settings.db";
    auto const version = output_of({"sqlite3", store, "PRAGMA user_version"});
    output_of({"sqlite3", store, "PRAGMA user_version = 999"});

    start_in_vain();

    EXPECT_EQ(service().property("ExecMainStatus"), "78");
    EXPECT_EQ(restarts(), 0);
    expect_clients_to_hear("was written by a newer settingsd (schema 999");
    service().await_listening();
    output_of({"sqlite3", store, "PRAGMA user_version = " + version});
    EXPECT_TRUE(service().document().is_object());
}

TEST_P(FailureTest, WhoeverWaitsForADaemonThatCannotStartHearsWhyUntilItCan) {
    auto const configured = read_text(service().config());
    write_text(service().config(), configured + "log.level = \"loud\"\n");
    service().systemctl({"stop", service().name() + ".service"});

    for (int client = 0; client < 25; ++client)
        expect_clients_to_hear("log.level must be error, warn, info or debug");

    auto const of_root = system_test::exchange(service().socket(), "");
    EXPECT_EQ(of_root, "") << "who is not the owner hears nothing";
    service().await_listening();
    write_text(service().config(), configured);
    EXPECT_TRUE(service().document().is_object());
}

TEST_P(FailureTest, AStoreThatWentIsBegunAnewAsTheMessageSays) {
    if (GetParam() != &Guest::alice) GTEST_SKIP() << "who has no sessions follows no advice";
    restart();
    service().patch({{"kept", "until now"}});
    std::filesystem::remove_all(service().store());
    auto const refused = as(service().user(), [&] { return service().client().set("next", 1); });
    auto const message = refused.error().message();
    auto const making = message.find("mkdir ");
    ASSERT_NE(making, std::string::npos) << message;

    follow(message.substr(making));
    restart();

    service().patch({{"next", 1}});
    EXPECT_EQ(service().document().at("next"), 1) << "beside what the account had";
}

TEST_P(FailureTest, ADaemonThatIsMaskedComesAsTheMessageSays) {
    if (GetParam() != &Guest::alice) GTEST_SKIP() << "who has no sessions follows no advice";
    service().systemctl({"mask", "--now", "settingsd.socket", "settingsd.service"});
    auto const told = outcome_of(as_in_a_session("settingsctl get")).errors;
    auto const allowing = told.find("allow and start it with: ");
    ASSERT_NE(allowing, std::string::npos) << told;

    follow(told.substr(told.find("systemctl", allowing)));

    EXPECT_TRUE(service().document().is_object());
}

}  // namespace
}  // namespace settings::systemd_test
