// A login whose account wants to see more than a password, from the first code to days later.

#include "tests/support/programs.h"
#include "tests/support/terminal_session.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using client::Errc;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// Unlike the emulator's usual one, it is part of nothing else that is told.
constexpr char const* factor_password = "correct-horse";
constexpr char const* factor_key = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";

class SecondFactorTest : public SystemTest {
  protected:
    /// A device that nobody has logged in on yet, with an edit that waits for it.
    void boot_without_a_login(std::vector<std::string> options = {}) {
        options.insert(options.end(),
                       {"--user", std::string{Emulator::email} + ':' + factor_password});
        serve(std::move(options));
        auto& made = make_device("a");
        std::filesystem::remove(made.token_file());
        made.start();
        made.entrust(factor_password);
        patch(made, {{"theme", "light"}});
        server->forget_requests();
    }

    void boot_with_codes(std::vector<std::string> options = {}) {
        boot_without_a_login(std::move(options));
        server->set_account({{"totp", factor_key}});
    }

    client::Result<void> log_in() {
        auto done = device().client().log_in(Emulator::email, factor_password);
        device().entrust_what_is_stored();
        return done;
    }

    client::Result<void> show_code(std::string const& code) {
        auto done = device().client().show_code(code);
        device().entrust_what_is_stored();
        return done;
    }

    std::string code() { return server->account().at("code"); }

    void expect_incomplete(client::Result<void> const& done, std::string const& sentence) {
        ASSERT_FALSE(done);
        EXPECT_EQ(done.error().code(), Errc::incomplete);
        EXPECT_THAT(done.error().message(), HasSubstr(sentence));
        EXPECT_TRUE(done.error().second_factor());
        EXPECT_FALSE(std::filesystem::exists(device().credentials()));
    }

    void expect_synced(Json const& document) {
        expect_eventually([&] { return server->document(); }, document);
        expect_eventually([&] { return device().status().state; }, "idle");
    }
};

TEST_F(SecondFactorTest, ACodeFinishesTheLogin) {
    boot_with_codes();

    expect_incomplete(log_in(), "code of an authenticator");
    EXPECT_THAT(server->requests_for("/settings/user"), IsEmpty());
    EXPECT_TRUE(show_code(code()));

    expect_synced({{"theme", "light"}});
    EXPECT_EQ(show_code("123456").error().status(), 409U);
}

TEST_F(SecondFactorTest, AWrongCodeIsToldAndTheNextOneGoesOn) {
    boot_with_codes();
    expect_incomplete(log_in(), "");

    expect_incomplete(show_code("000"), "the code is wrong");
    EXPECT_TRUE(show_code(code()));

    expect_synced({{"theme", "light"}});
}

TEST_F(SecondFactorTest, ALockOutIsToldWithItsTimeAndLeftAlone) {
    boot_with_codes();
    expect_incomplete(log_in(), "");
    for (int each = 0; each < 5; ++each) expect_incomplete(show_code("000"), "wrong");
    expect_incomplete(show_code("000"), "takes none for 15 min, until 20");
    server->forget_requests();

    auto const locked = show_code(code());

    expect_incomplete(locked, "takes none for 15 min");
    EXPECT_GT(locked.error().second_factor()->locked_for, std::chrono::minutes{14});
    EXPECT_THAT(server->requests_for("/mfa/verify-login"), IsEmpty());
}

TEST_F(SecondFactorTest, AMailedLinkFinishesTheLogin) {
    boot_without_a_login();
    server->set_account({{"magicLink", true}});
    expect_incomplete(log_in(), "a link that it mails");

    EXPECT_TRUE(device().client().mail_link());
    EXPECT_TRUE(device().client().show_link(server->account().at("mail").at(0).get<std::string>()));
    device().entrust_what_is_stored();

    expect_synced({{"theme", "light"}});
}

TEST_F(SecondFactorTest, ARestartForgetsALoginThatWasNotFinished) {
    boot_with_codes();
    expect_incomplete(log_in(), "");

    device().kill();
    device().start();

    EXPECT_EQ(show_code(code()).error().status(), 409U);
    EXPECT_EQ(device().status().waits_for, "login");
}

TEST_F(SecondFactorTest, AnOrganizationThatEnforcesOneMeanwhileNeedsALogin) {
    boot_without_a_login();
    server->set_account({{"organization", "acme"}});
    ASSERT_TRUE(log_in());
    expect_synced({{"theme", "light"}});

    server->set_organization("acme", {{"enforcesMfa", true}});
    patch(device(), {{"theme", "dark"}});

    expect_eventually([&] { return device().status().state; }, "held");
    EXPECT_THAT(device().status().summary, HasSubstr("MFA verification required"));
    server->set_account({{"organization", "acme"}, {"totp", factor_key}});
    expect_eventually([&] { return log_in().has_error(); }, true);
    EXPECT_TRUE(show_code(code()));
    expect_synced({{"theme", "dark"}});
}

TEST_F(SecondFactorTest, FiveDaysLaterARenewalNeedsNoCode) {
    boot_with_codes({"--token-life", "1"});
    expect_incomplete(log_in(), "");
    ASSERT_TRUE(show_code(code()));
    expect_synced({{"theme", "light"}});
    device().stop();
    auto pair = Json::parse(read_text(device().credentials()));
    pair["expiresAt"] = pair.at("expiresAt").get<std::int64_t>() - 5 * 24 * 3600;
    write_text(device().credentials(), pair.dump());
    server->forget_requests();

    device().start();
    patch(device(), {{"theme", "dark"}});

    expect_eventually([&] { return server->document(); }, Json{{"theme", "dark"}});
    EXPECT_THAT(server->targets(), Contains("/user/refresh"));
    EXPECT_THAT(server->targets(), Not(Contains("/mfa/verify-login")));
}

TEST_F(SecondFactorTest, ARefusalRightAfterALoginSaysThatItIsNotComplete) {
    boot_with_codes();
    server->set_faults("on mfa answer 500");

    EXPECT_TRUE(log_in()) << "what cannot be read holds up nobody";

    expect_eventually([&] { return device().status().summary; },
                      HasSubstr("this login is not complete"));
    EXPECT_EQ(device().status().state, "held");
}

TEST_F(SecondFactorTest, AServiceThatKnowsNoneIsAskedOnce) {
    boot_without_a_login({"--user-calls-only"});
    EXPECT_TRUE(log_in());
    expect_synced({{"theme", "light"}});
    EXPECT_EQ(server->requests_for("/mfa/status").size(), 1U);
    server->forget_requests();

    EXPECT_TRUE(log_in());
    patch(device(), {{"theme", "dark"}});
    expect_synced({{"theme", "dark"}});
    EXPECT_TRUE(device().client().log_out());

    for (auto const& request : server->requests())
        EXPECT_THAT((std::vector<std::string>{"/user/login", "/settings/user", "/user/logout"}),
                    Contains(request.target));
}

TEST_F(SecondFactorTest, TheBodySaysWhatIsWanted) {
    boot_without_a_login();
    server->set_account({{"totp", factor_key}, {"passkey", true}});

    auto const answer = ask(device(), "PUT", "/v1/credentials",
                            {{"email", Emulator::email}, {"password", factor_password}});

    EXPECT_EQ(answer.at("success"), false);
    EXPECT_EQ(answer.at("mfa"), (Json{{"methods", {"GOOGLE_AUTH", "PASSKEY"}},
                                      {"primary", "GOOGLE_AUTH"},
                                      {"lockedForSeconds", 0}}));
}

// At a terminal ----------------------------------------------------------------------------------

class LoginAtTerminalTest : public SecondFactorTest {
  protected:
    /// `settingsctl login`, up to the password.
    std::unique_ptr<TerminalSession> begin() {
        auto terminal = std::make_unique<TerminalSession>(std::vector<std::string>{
            program("settingsctl"), "--socket", device().socket(), "login"});
        terminal->expect("E-mail: ");
        terminal->type(std::string{Emulator::email} + '\n');
        terminal->expect("Password: ");
        terminal->type(std::string{factor_password} + '\n');
        return terminal;
    }

    /// Sees it end well, without a question: the account has nothing that could differ.
    void expect_logged_in(TerminalSession& terminal) {
        terminal.expect("logged in");
        EXPECT_EQ(terminal.wait(), 0) << terminal.shown();
        device().entrust_what_is_stored();
        expect_synced({{"theme", "light"}});
    }
};

TEST_F(LoginAtTerminalTest, AsksForTheCodeUntilItIsRight) {
    boot_with_codes();
    auto const terminal = begin();

    terminal->expect("code of an authenticator");
    terminal->expect("Code: ");
    terminal->type("000\n");
    terminal->expect("the code is wrong");
    terminal->expect("Code: ");
    auto const right = code();
    terminal->type(right.substr(0, 3) + ' ' + right.substr(3) + '\n');

    expect_logged_in(*terminal);
}

TEST_F(LoginAtTerminalTest, HasALinkMailedToWhoeverAsks) {
    boot_without_a_login();
    server->set_account({{"totp", factor_key}, {"magicLink", true}});
    auto const terminal = begin();

    terminal->expect("\"link\"");
    terminal->type("link\n");
    terminal->expect("The link in the mail, or a code: ");
    auto const token = server->account().at("mail").at(0).get<std::string>();
    terminal->type("https://flashback.example/mfa?token=" + token + '\n');

    expect_logged_in(*terminal);
}

TEST_F(LoginAtTerminalTest, SaysWhatToDoWithAPasskey) {
    boot_without_a_login();
    server->set_account({{"passkey", true}});
    auto const terminal = begin();

    terminal->expect("settingsctl login --tokens");
    EXPECT_NE(terminal->wait(), 0);
}

TEST_F(LoginAtTerminalTest, EndsWithALockOut) {
    boot_with_codes();
    auto const terminal = begin();

    for (int each = 0; each < 6; ++each) {
        terminal->expect("Code: ");
        terminal->type("000\n");
    }

    terminal->expect("takes none for 15 min, until 20");
    EXPECT_NE(terminal->wait(), 0);
}

}  // namespace
}  // namespace settings::system_test
