// What settingsctl doctor finds at a real daemon, healthy and not.

#include "tests/support/programs.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

class SettingsctlDoctorTest : public SystemTest {
  protected:
    /// The health of each check.
    std::map<std::string, std::string> health(int status) {
        std::map<std::string, std::string> found;
        auto const told =
            run({program("settingsctl"), "--socket", device().socket(), "--json", "doctor"},
                folder.path());
        EXPECT_EQ(told.status, status) << told.output;
        auto const json = Json::parse(told.output);
        for (auto const& check : json.at("checks")) found[check.at("check")] = check.at("health");
        return found;
    }

    /// What it says to somebody with something to mend.
    [[nodiscard]] std::string advice() const {
        return run({program("settingsctl"), "--socket", devices.front().socket(), "doctor"},
                   folder.path())
            .output;
    }
};

TEST_F(SettingsctlDoctorTest, FindsNothingAtAHealthyDaemon) {
    boot();

    EXPECT_EQ(health(0), (std::map<std::string, std::string>{{"socket", "good"},
                                                             {"daemon", "good"},
                                                             {"disk", "good"},
                                                             {"store", "good"},
                                                             {"name", "good"},
                                                             {"route", "good"},
                                                             {"connection", "good"},
                                                             {"tls", "good"},
                                                             {"certificate", "good"},
                                                             {"login", "good"},
                                                             {"service", "good"},
                                                             {"server", "good"},
                                                             {"clock", "good"},
                                                             {"decisions", "good"}}));
}

TEST_F(SettingsctlDoctorTest, FindsTheServersCertificate) {
    serve({"--certificate", "expired"});
    make_device("a").start();
    expect_eventually([&] { return device().status().last_error.has_value(); }, true);

    EXPECT_EQ(health(1).at("certificate"), "bad");
    EXPECT_THAT(advice(), HasSubstr("certificate has expired"));
    EXPECT_THAT(advice(), HasSubstr("to do: check the clock and server.url"));
}

TEST_F(SettingsctlDoctorTest, ATokenCommandThatIsNotThereWorksOnceItIsPutThere) {
    serve();
    auto const command = folder / "helper";
    make_device("a", {{"credentials.token_command", '[' + quoted(command) + ']'}});
    std::filesystem::remove(device().token_file());
    device().start();
    ctl({"set", "theme=light"});
    expect_eventually([&] { return device().status().last_error.has_value(); }, true);
    EXPECT_THAT(advice(), AllOf(HasSubstr(command.string() + " cannot be started: No such file"),
                                HasSubstr("correct credentials.token_command"),
                                Not(HasSubstr("server.url"))));

    write_text(command, "#!/bin/sh\necho " + server->token() + '\n');
    std::filesystem::permissions(command, std::filesystem::perms::owner_all);

    EXPECT_EQ(ctl({"sync", "--wait", "20"}).output, "everything is synced\n");
    EXPECT_EQ(health(0).at("server"), "good");
}

TEST_F(SettingsctlDoctorTest, AnAuthoritysFileThatIsNotThereWorksOnceItIsPutThere) {
    serve();
    auto const later = folder / "later.pem";
    make_device("a", {{"server.ca_file", quoted(later)}}).start();
    ctl({"set", "theme=light"});
    expect_eventually([&] { return device().status().last_error.has_value(); }, true);
    EXPECT_THAT(advice(),
                HasSubstr(later.string() + ": No such file or directory; put it there, or "
                                           "correct its name in the configuration"));

    std::filesystem::copy_file(server->ca(), later);

    EXPECT_EQ(ctl({"sync", "--wait", "20"}).output, "everything is synced\n");
}

TEST_F(SettingsctlDoctorTest, AStoreThatWentWithItsFolderIsBegunAnewAsIsSaid) {
    boot();
    std::filesystem::remove_all(device().store());
    auto const refused = ctl({"set", "theme=light"}, 1).errors;
    std::string const making = "mkdir -p -m 700 " + device().store().string();
    ASSERT_THAT(refused, HasSubstr("restart settingsd: " + making));

    ASSERT_EQ(run({"sh", "-c", making}, folder.path()).status, 0);
    device().kill();
    device().start();

    ctl({"set", "theme=light"});
    EXPECT_EQ(ctl({"get", "theme"}).output, "light\n");
}

TEST_F(SettingsctlDoctorTest, FindsAMissingLogin) {
    boot();
    server->set_faults("answer 401 forever");
    ctl({"set", "theme=light"});
    expect_eventually([&] { return device().status().waits_for; }, "login");

    EXPECT_EQ(health(1).at("login"), "bad");
}

TEST_F(SettingsctlDoctorTest, FindsAServerThatRefusesService) {
    boot();
    server->set_faults("answer 403 forever");
    ctl({"set", "theme=light"});
    expect_eventually([&] { return device().status().waits_for; }, "stopped");

    EXPECT_EQ(health(1).at("service"), "bad");
    EXPECT_THAT(advice(), HasSubstr("to do: check server.url in the configuration; if"));
}

/// What a look does not meet: the last round's failure is told beside the way, which is open.
TEST_F(SettingsctlDoctorTest, FindsWritesThatFailWhereTheWayIsOpen) {
    boot();
    server->set_faults("answer 500 on PUT forever");
    ctl({"set", "theme=light"});
    expect_eventually([&] { return device().status().last_error.has_value(); }, true);

    auto const found = health(1);

    EXPECT_EQ(found.at("service"), "good");
    EXPECT_EQ(found.at("server"), "bad");
}

/// A missing login is told also where the service is not reached.
TEST_F(SettingsctlDoctorTest, FindsAMissingLoginWithoutANetworkToo) {
    serve();
    std::filesystem::remove(make_device("a").token_file());
    device().start();
    expect_eventually([&] { return device().status().waits_for; }, "login");
    server->kill();

    auto const found = health(1);

    EXPECT_EQ(found.at("connection"), "bad");
    EXPECT_EQ(found.at("login"), "bad");
}

TEST_F(SettingsctlDoctorTest, FindsThatNoDaemonRuns) {
    boot();
    device().kill();

    EXPECT_EQ(health(1).at("daemon"), "bad");
}

TEST_F(SettingsctlDoctorTest, FindsWhatWaitsForAPerson) {
    boot();
    ctl({"pause"});

    EXPECT_EQ(health(0).at("decisions"), "doubtful");
}

}  // namespace
}  // namespace settings::system_test
