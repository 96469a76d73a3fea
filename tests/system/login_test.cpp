// Login and logout: what they give, what they keep, and that they tell nobody.

#include <signal.h>
#include <unistd.h>

#include "tests/support/programs.h"
#include "tests/support/terminal_session.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using std::filesystem::perms;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// Unlike the emulator's usual one, it is part of nothing else that is told.
constexpr char const* password = "correct-horse";

class LoginTest : public SystemTest {
  protected:
    /// A device without a token and with an edit that waits for one.
    void SetUp() override {
        serve({"--user", std::string{Emulator::email} + ':' + password});
        auto& made = make_device("a");
        std::filesystem::remove(made.token_file());
        made.start();
        patch(made, {{"theme", "light"}});
        expect_held("login needed: no token");
    }

    void TearDown() override {
        device().entrust(password);
        SystemTest::TearDown();
    }

    static Json device_called(std::string const& name) {
        return {{"userAgent", "settingsd/" SETTINGSD_VERSION " (" + name + ')'},
                {"deviceType", "DESKTOP"},
                {"os", "Linux"},
                {"browser", "settingsd on " + name}};
    }

    [[nodiscard]] Daemon::Settings server_settings() const {
        return {{"server.url", quoted(server->url())}, {"server.ca_file", quoted(server->ca())}};
    }

    void expect_held(std::string const& sentence) {
        expect_eventually([&] { return device().status().summary; }, HasSubstr(sentence));
        EXPECT_EQ(device().status().state, "held");
    }

    void expect_synced(Json const& document) {
        expect_eventually([&] { return server->document(); }, document);
        expect_eventually([&] { return device().status().state; }, "idle");
    }

    client::Result<void> log_in() {
        auto done = device().client().log_in(Emulator::email, password);
        device().entrust_what_is_stored();
        return done;
    }

    /// `settingsctl login --tokens`, with this on its standard input.
    Finished log_in_with_tokens(std::string const& input) {
        auto const file = folder / "tokens";
        write_text(file, input);
        return run({"sh", "-c", "exec \"$0\" --socket \"$1\" login --tokens <\"$2\"",
                    program("settingsctl"), device().socket(), file},
                   folder.path());
    }
};

TEST_F(LoginTest, APasswordIsAllThatASyncNeeds) {
    EXPECT_TRUE(log_in());

    expect_synced({{"theme", "light"}});
    EXPECT_EQ(std::filesystem::status(device().credentials()).permissions(),
              perms::owner_read | perms::owner_write);
}

TEST_F(LoginTest, APairOfTokensIsAllThatASyncNeeds) {
    device().entrust(server->refresh_token());
    Json const pair{{"accessToken", server->token()}, {"refreshToken", server->refresh_token()}};

    auto const finished = log_in_with_tokens(pair.dump());

    EXPECT_EQ(finished.status, 0) << finished.errors;
    EXPECT_EQ(finished.output, "logged in\n");
    expect_synced({{"theme", "light"}});
}

TEST_F(LoginTest, AnAccessTokenAloneWillDo) {
    EXPECT_EQ(log_in_with_tokens(server->token() + '\n').status, 0);

    expect_synced({{"theme", "light"}});
}

TEST_F(LoginTest, AWrongPasswordIsToldAndKeepsWhatWasThere) {
    device().entrust("not-my-password");

    auto const refused = device().client().log_in(Emulator::email, "not-my-password");

    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().message(), "the password is wrong");
    EXPECT_EQ(refused.error().status(), 403U);
    expect_held("login needed: no token");
    EXPECT_FALSE(std::filesystem::exists(device().credentials()));
}

TEST_F(LoginTest, APersonMayStopAndGoOnAtThePassword) {
    TerminalSession session{
        {"bash", "-c", R"(set -m; "$@"; echo "stopped: $?"; read -r; fg; echo "ended: $?")", "bash",
         program("settingsctl"), "--socket", device().socket(), "login"}};
    session.expect("E-mail: ");
    session.type(std::string{Emulator::email} + '\n');
    session.expect("Password: ");

    session.type("\x1a");
    session.expect("stopped: " + std::to_string(128 + SIGTSTP));
    EXPECT_TRUE(session.echoes());
    session.type("\n");
    session.expect("Password: ");
    session.type(std::string{password} + '\n');

    session.expect("ended: 0");
    device().entrust_what_is_stored();
}

TEST_F(LoginTest, AServerThatAsksForPatienceIsTold) {
    server->set_faults("answer 429 with retry-after 90 on login");

    auto const refused = device().client().log_in(Emulator::email, password);

    ASSERT_FALSE(refused);
    EXPECT_THAT(refused.error().message(), HasSubstr("left alone for 90 s"));
    EXPECT_EQ(refused.error().status(), 502U);
    EXPECT_THAT(server->targets(), ElementsAre("/user/login"));
}

TEST_F(LoginTest, WithoutAServerALoginSaysSo) {
    server->kill();

    auto const failed = log_in();

    ASSERT_FALSE(failed);
    EXPECT_EQ(failed.error().status(), 502U);
    EXPECT_THAT(failed.error().message(), HasSubstr("cannot reach localhost"));
}

TEST_F(LoginTest, ALoginSurvivesAKill) {
    ASSERT_TRUE(log_in());
    expect_synced({{"theme", "light"}});

    device().kill();
    device().start();
    patch(device(), {{"theme", "dark"}});

    expect_synced({{"theme", "dark"}});
}

TEST_F(LoginTest, ALogoutForgetsTheTokensHereAndAtTheServer) {
    ASSERT_TRUE(log_in());
    expect_synced({{"theme", "light"}});
    server->forget_requests();

    EXPECT_TRUE(device().client().log_out());
    patch(device(), {{"theme", "dark"}});

    expect_held("login needed: no token");
    EXPECT_FALSE(std::filesystem::exists(device().credentials()));
    EXPECT_THAT(server->targets(), ElementsAre("/user/logout"));
    EXPECT_EQ(device().document(), Json({{"theme", "dark"}}));
}

TEST_F(LoginTest, ALogoutWorksWithoutAServer) {
    ASSERT_TRUE(log_in());
    expect_synced({{"theme", "light"}});
    server->kill();

    EXPECT_TRUE(device().client().log_out());

    EXPECT_FALSE(std::filesystem::exists(device().credentials()));
}

TEST_F(LoginTest, StoredTokensThatOthersMayReadAreNotUsedUntilTheyMayNot) {
    ASSERT_TRUE(log_in());
    expect_synced({{"theme", "light"}});
    device().stop();
    std::filesystem::permissions(device().credentials(), perms::group_read,
                                 std::filesystem::perm_options::add);
    server->forget_requests();

    device().start();

    expect_held(device().credentials().string() + " may be read or written by others; chmod 600");
    EXPECT_THAT(server->requests(), IsEmpty());
    EXPECT_TRUE(log_in());
    patch(device(), {{"theme", "dark"}});
    expect_synced({{"theme", "dark"}});
}

TEST_F(LoginTest, TheAccountSeesWhichMachineIsLoggedIn) {
    ASSERT_TRUE(log_in());

    auto const devices = server->account().at("devices");
    ASSERT_EQ(devices.size(), 1U);
    char host[256] = {};
    ASSERT_EQ(gethostname(host, sizeof host - 1), 0);
    EXPECT_EQ(devices.at(0).at("deviceInfo"), device_called(host));
    EXPECT_TRUE(device().client().log_out());
    EXPECT_THAT(server->account().at("devices"), IsEmpty());
}

TEST_F(LoginTest, AMachineMayHaveAnotherNameThereOrNone) {
    for (std::string const name : {"kitchen", ""}) {
        auto settings = server_settings();
        settings["account.device_name"] = quoted(name);
        device().stop();
        device().configure(settings);
        device().start();
        ASSERT_TRUE(log_in());
        auto const info = server->account().at("devices").back().at("deviceInfo");
        EXPECT_EQ(info, name.empty() ? Json{} : device_called(name));
    }
}

TEST_F(LoginTest, TellsWhoseAccountItIs) {
    EXPECT_THAT(ctl({"whoami"}, 1).errors, HasSubstr("settingsctl login"));
    server->set_account({{"organization", "acme"}, {"role", "OWNER"}});
    ASSERT_TRUE(log_in());

    auto const account = device().status().account.value();
    EXPECT_EQ(account.email, Emulator::email);
    EXPECT_EQ(account.id, Emulator::email);
    EXPECT_EQ(account.organization, "acme");
    EXPECT_EQ(account.role, "OWNER");
    EXPECT_TRUE(account.since);
    EXPECT_EQ(account.method, "password");
    EXPECT_THAT(ctl({"whoami"}).output, HasSubstr("acme, as OWNER"));
    EXPECT_EQ(Json::parse(ctl({"--json", "whoami"}).output).at("method"), "password");
    ASSERT_EQ(log_in_with_tokens(server->mint(3600)).status, 0);
    EXPECT_THAT(ctl({"whoami"}).output, HasSubstr("tokens that were given"));
}

TEST_F(LoginTest, NoCoreIsDumpedWithATokenInIt) {
    auto const process = "/proc/" + std::to_string(device().process().pid());

    EXPECT_THAT(read_text(process + "/limits"),
                testing::ContainsRegex("Max core file size +0 +0 "));
}

/// Or else the search after each test here would prove nothing.
TEST_F(LoginTest, TheSearchWouldFindTheTokens) {
    ASSERT_TRUE(log_in());

    auto const access = device().tokens().at(1);
    EXPECT_THAT(read_text(device().credentials()), HasSubstr(access));
    EXPECT_THAT(device().places_of(device().config()), Not(IsEmpty())) << "it is in cmdline";
}

}  // namespace
}  // namespace settings::system_test
