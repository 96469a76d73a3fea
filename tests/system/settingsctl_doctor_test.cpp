// What settingsctl doctor finds at a real daemon, healthy and not.

#include "tests/support/programs.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using testing::HasSubstr;

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
};

TEST_F(SettingsctlDoctorTest, FindsNothingAtAHealthyDaemon) {
    boot();

    EXPECT_EQ(health(0), (std::map<std::string, std::string>{{"socket", "good"},
                                                             {"daemon", "good"},
                                                             {"disk", "good"},
                                                             {"login", "good"},
                                                             {"server", "good"},
                                                             {"clock", "good"},
                                                             {"decisions", "good"}}));
}

TEST_F(SettingsctlDoctorTest, FindsTheServersCertificate) {
    serve({"--certificate", "expired"});
    make_device("a").start();
    expect_eventually([&] { return device().status().last_error.has_value(); }, true);

    EXPECT_EQ(health(1).at("server"), "bad");
    auto const told =
        run({program("settingsctl"), "--socket", device().socket(), "doctor"}, folder.path())
            .output;
    EXPECT_THAT(told, HasSubstr("certificate has expired"));
    EXPECT_THAT(told, HasSubstr("to do: check the clock, and server.ca_file"));
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

    EXPECT_EQ(health(1).at("server"), "bad");
    auto const told =
        run({program("settingsctl"), "--socket", device().socket(), "doctor"}, folder.path())
            .output;
    EXPECT_THAT(told, HasSubstr("to do: check server.url in the configuration\n"));
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
