// Whose document it is: nobody's settings get into another's account, or away from here, unasked.

#include <sqlite3.h>

#include "tests/support/programs.h"
#include "tests/support/terminal_session.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr char const* a = Emulator::email;
constexpr char const* b = "b@example.org";

class AccountTest : public SystemTest {
  protected:
    void serve_two() { serve({"--user", user(a), "--user", user(b)}); }

    /// A device that nobody has logged in on yet.
    Daemon& make_fresh_device() {
        auto& made = make_device("a");
        std::filesystem::remove(made.token_file());
        made.start();
        return made;
    }

    /// A device in step with the account of A, with two edits that are yet to be sent.
    void live_as_a() {
        serve_two();
        server->set_document({{"theme", "blue"}, {"theirs", 1}}, b);
        make_fresh_device();
        log_in(a);
        patch(device(), {{"theme", "dark"}, {"old", 1}});
        expect_sync(device());
        ASSERT_TRUE(device().client().pause());
        patch(device(), {{"diary", "dear diary"}, {"theme", "light"}});
    }

    void log_in(std::string const& email, std::optional<client::First> first = std::nullopt) {
        EXPECT_TRUE(device().client().log_in(email, password_of(email), first));
        device().entrust(password_of(email));
        device().entrust_what_is_stored();
    }

    /// Becomes B, whose document is another one.
    void become_b() {
        ASSERT_TRUE(device().client().log_out());
        log_in(b);
        ASSERT_TRUE(device().client().resume());
        expect_held();
    }

    void expect_held() {
        expect_eventually([&] { return device().status().waits_for; }, "account");
        EXPECT_EQ(device().status().state, "held");
    }

    void decide(char const* action) {
        EXPECT_EQ(ask(device(), "POST", "/v1/review", {{"action", action}}).at("success"), true);
        expect_sync(device());
    }

    /// What the account has at a path by the review.
    Json held_there(std::string const& path) {
        auto const review = device().client().review().value();
        for (auto const& each : review->differences)
            if (each.path == path) return each.there.value_or(nullptr);
        return nullptr;
    }

    std::vector<client::Conflict> conflicts() { return device().client().conflicts().value(); }

    static std::string user(std::string const& email) { return email + ':' + password_of(email); }
    static std::string password_of(std::string const& email) {
        return email == a ? "demonstrably" : "busy-bees";
    }

    Json const of_a{{"theme", "light"}, {"old", 1}, {"diary", "dear diary"}};
    Json const of_b{{"theme", "blue"}, {"theirs", 1}};
};

// Another account --------------------------------------------------------------------------------

TEST_F(AccountTest, AnothersDocumentIsHeldAndNothingIsSentOrTaken) {
    live_as_a();
    become_b();

    EXPECT_THAT(device().status().summary, HasSubstr("another account's"));
    patch(device(), {{"late", 1}});
    EXPECT_FALSE(device().client().sync(patience)->synced);
    device().kill();
    device().start();
    expect_held();
    EXPECT_EQ(server->document(b), of_b);
    EXPECT_EQ(device().document().at("diary"), "dear diary");
    EXPECT_FALSE(device().document().contains("theirs"));
}

TEST_F(AccountTest, FilesThatAreLostWhileItRunsMixTheSettingsWithNobodys) {
    live_as_a();
    ASSERT_TRUE(device().client().log_out());
    for (auto const& entry : std::filesystem::directory_iterator{device().store()})
        std::filesystem::remove(entry.path());
    EXPECT_EQ(device().stop(), 0);
    device().start();

    become_b();

    EXPECT_EQ(server->document(b), of_b);
    EXPECT_EQ(device().document(), of_a);
}

TEST_F(AccountTest, AStoreThatForgotItsOwnerIsMixedWithNobodys) {
    live_as_a();
    become_b();
    EXPECT_EQ(device().stop(), 0);
    sqlite3* database = nullptr;
    sqlite3_open((device().store() / "settings.db").c_str(), &database);
    sqlite3_exec(database, "DELETE FROM memory", nullptr, nullptr, nullptr);
    sqlite3_close(database);
    device().start();
    ASSERT_TRUE(device().client().resume());

    expect_eventually([&] { return device().status().state; }, "held");

    EXPECT_FALSE(device().client().sync(patience)->synced);
    EXPECT_EQ(server->document(b), of_b);
    EXPECT_EQ(device().document(), of_a);
    EXPECT_THAT(device().status().notice.value().message, HasSubstr("whose the settings are"));
}

TEST_F(AccountTest, TheReviewTellsWhatTheTwoHave) {
    live_as_a();
    become_b();

    auto const review = ask(device(), "GET", "/v1/review").at("review");

    EXPECT_EQ(review.at("kind"), "account");
    EXPECT_EQ(review.at("differ"), 1);
    EXPECT_EQ(review.at("onlyThere"), 1);
    EXPECT_EQ(review.at("onlyHere"), 2);
    EXPECT_EQ(review.at("differences"),
              Json::array({{{"path", "theme"}, {"here", "light"}, {"there", "blue"}}}));
    EXPECT_EQ(device().status().review->kind, "account");
    EXPECT_THAT(ctl({"review"}).output, HasSubstr("theme"));
    EXPECT_THAT(ask(device(), "GET", "/v1/explain?path=diary").at("unblockedBy"),
                HasSubstr("settingsctl review merge"));
    EXPECT_EQ(ask(device(), "POST", "/v1/review", {{"action", "apply"}}).at("success"), false);
}

TEST_F(AccountTest, BackAtTheOldAccountAllGoesOnWithoutAQuestion) {
    live_as_a();
    become_b();

    ASSERT_TRUE(device().client().log_out());
    log_in(a);

    expect_sync(device());
    EXPECT_EQ(server->document(a), of_a);
    EXPECT_EQ(server->document(b), of_b);
    EXPECT_THAT(conflicts(), IsEmpty());
}

TEST_F(AccountTest, AMergeBringsTheTwoTogetherAndTheAccountsValueWins) {
    live_as_a();
    become_b();

    decide("merge");

    Json both{{"theme", "blue"}, {"theirs", 1}, {"old", 1}, {"diary", "dear diary"}};
    EXPECT_EQ(device().document(), both);
    EXPECT_EQ(server->document(b), both);
    EXPECT_EQ(conflicts().size(), 1U);
    EXPECT_EQ(server->document(a), (Json{{"theme", "dark"}, {"old", 1}}));
}

TEST_F(AccountTest, TakingTheirsSendsNothingAndKeepsOursInTheHistory) {
    live_as_a();
    become_b();

    decide("account");

    EXPECT_EQ(device().document(), of_b);
    EXPECT_EQ(server->document(b), of_b);
    EXPECT_THAT(ctl({"log", "diary"}).output, HasSubstr("dear diary"));
}

TEST_F(AccountTest, OursMayWinAsWell) {
    live_as_a();
    become_b();

    decide("device");

    EXPECT_EQ(server->document(b).at("theme"), "light");
    EXPECT_EQ(server->document(b).at("theirs"), 1);
    EXPECT_EQ(conflicts().size(), 1U);
}

TEST_F(AccountTest, SingleSettingsMayBeDecidedOtherwise) {
    live_as_a();
    become_b();

    ctl({"review", "merge", "--account", "diary", "--device", "theme"});
    expect_sync(device());

    Json const both{{"theme", "light"}, {"theirs", 1}, {"old", 1}};
    EXPECT_EQ(device().document(), both);
    EXPECT_EQ(server->document(b), both);
    EXPECT_THAT(ctl({"log", "diary"}).output, HasSubstr("dear diary"));
}

TEST_F(AccountTest, ADecisionWithExceptionsOutlivesAPowerCut) {
    live_as_a();
    become_b();
    server->set_online(false);
    ctl({"review", "merge", "--account", "diary", "--device", "theme"});

    device().kill();
    server->set_online(true);
    device().start();
    expect_sync(device());

    Json const both{{"theme", "light"}, {"theirs", 1}, {"old", 1}};
    EXPECT_EQ(device().document(), both);
    EXPECT_EQ(server->document(b), both);
}

TEST_F(AccountTest, ADecisionWithExceptionsIsOnTheDocumentThatWasShown) {
    live_as_a();
    become_b();
    server->set_document({{"theme", "green"}}, b);

    ctl({"review", "merge", "--device", "theme"});

    expect_eventually([&] { return held_there("theme"); }, Json("green"));
    expect_held();
    EXPECT_EQ(device().document(), of_a);
    EXPECT_EQ(server->document(b), (Json{{"theme", "green"}}));
    EXPECT_THAT(ctl({"review", "merge", "--device", "thme"}, 1).errors,
                HasSubstr("did you mean \"theme\"?"));
}

TEST_F(AccountTest, AWordThatCameWithTheLoginIsAPersons) {
    live_as_a();
    ASSERT_TRUE(device().client().log_out());
    log_in(b, client::First::account);
    ASSERT_TRUE(device().client().resume());

    expect_sync(device());
    EXPECT_EQ(device().document(), of_b);
}

TEST_F(AccountTest, ATokenFileOfAnotherIsAnotherAccount) {
    boot({"--user", user(a), "--user", user(b)});
    patch(device(), {{"diary", 1}});
    expect_sync(device());

    auto const theirs = server->mint(3600, b);
    device().put_token(theirs);

    expect_held();
    patch(device(), {{"late", 1}});
    EXPECT_FALSE(device().client().sync(patience)->synced);
    EXPECT_EQ(server->document(b), Json::object());
    EXPECT_EQ(device().document().at("diary"), 1);
}

// One and the same -------------------------------------------------------------------------------

TEST_F(AccountTest, AnotherTokenOfTheSameAccountIsNoQuestion) {
    live_as_a();
    ASSERT_TRUE(device().client().resume());
    log_in(a);
    expect_sync(device());
    device().kill();
    device().start();

    expect_sync(device());
    EXPECT_EQ(server->document(a), of_a);
}

TEST_F(AccountTest, ALoginIsAReasonToLook) {
    live_as_a();
    ASSERT_TRUE(device().client().resume());
    expect_sync(device());
    server->forget_requests();

    log_in(a);

    expect_eventually([&] { return server->requests_for("/settings/user").size(); }, 1U);
}

// Another server ---------------------------------------------------------------------------------

TEST_F(AccountTest, AnotherServerIsHeldUntilAPersonDecides) {
    boot();
    patch(device(), {{"diary", 1}});
    expect_sync(device());
    auto const elsewhere = trusted_stranger();
    device().stop();
    device().configure(
        {{"server.url", quoted(elsewhere.url())}, {"server.ca_file", quoted(elsewhere.ca())}});
    device().put_token(elsewhere.token());
    device().start();
    patch(device(), {{"late", 1}});

    expect_held();
    EXPECT_EQ(device().status().review->kind, "server");
    EXPECT_EQ(elsewhere.document(), Json::object());
    EXPECT_THAT(elsewhere.writes(), IsEmpty());
    decide("merge");
    EXPECT_EQ(elsewhere.document(), (Json{{"diary", 1}, {"late", 1}}));
}

// The first meeting ------------------------------------------------------------------------------

class FirstMeetingTest : public AccountTest {
  protected:
    /// Apps have written before anybody logged in.
    void SetUp() override {
        serve_two();
        server->set_document({{"theme", "dark"}, {"font", {{"size", 14}}}, {"there", 1}});
        make_fresh_device();
        patch(device(), {{"theme", "light"}, {"font", {{"size", 10}}}, {"here", 1}});
    }

    Json const accounts{{"theme", "dark"}, {"font", {{"size", 14}}}, {"there", 1}, {"here", 1}};

    void expect_accounts() {
        expect_sync(device());
        EXPECT_EQ(server->document(), accounts);
        EXPECT_EQ(device().document(), accounts);
        EXPECT_EQ(conflicts().size(), 2U);
    }

    void answer_credentials(TerminalSession& terminal) {
        device().entrust(password_of(a));
        terminal.expect("E-mail: ");
        terminal.type(std::string{a} + '\n');
        terminal.expect("Password: ");
        terminal.type(password_of(a) + '\n');
    }
};

TEST_F(FirstMeetingTest, TheAccountsValueWinsAndOursCanBeRestored) {
    log_in(a);

    expect_accounts();
    for (auto const& conflict : conflicts())
        EXPECT_TRUE(device().client().restore_conflict(conflict.id));
    expect_sync(device());
    EXPECT_EQ(server->document(),
              (Json{{"theme", "light"}, {"font", {{"size", 10}}}, {"there", 1}, {"here", 1}}));
}

TEST_F(FirstMeetingTest, IsShownAtATerminalAndWaitsForAnAnswer) {
    TerminalSession terminal{{program("settingsctl"), "--socket", device().socket(), "login"}};
    answer_credentials(terminal);

    terminal.expect("font.size");
    terminal.expect("theme");
    terminal.expect("2 settings differ; 1 only in the account; 1 only here");
    terminal.expect("[m/a/d/c]");
    EXPECT_EQ(device().status().waits_for, "account");
    EXPECT_FALSE(device().document().contains("there"));
    terminal.type("m\n");
    EXPECT_EQ(terminal.wait(), 0) << terminal.shown();

    expect_accounts();
}

TEST_F(FirstMeetingTest, MayBeCalledOffAtATerminal) {
    TerminalSession terminal{{program("settingsctl"), "--socket", device().socket(), "login"}};
    answer_credentials(terminal);
    terminal.expect("[m/a/d/c]");

    terminal.type("c\n");
    EXPECT_NE(terminal.wait(), 0);

    expect_eventually([&] { return device().status().waits_for; }, "login");
    EXPECT_FALSE(server->document().contains("here"));
    EXPECT_FALSE(device().document().contains("there"));
}

TEST_F(FirstMeetingTest, WaitsForWhoLeftTheTerminalAlsoAfterARestart) {
    {
        TerminalSession terminal{{program("settingsctl"), "--socket", device().socket(), "login"}};
        answer_credentials(terminal);
        terminal.expect("[m/a/d/c]");
    }
    device().kill();
    device().start();

    expect_held();
    EXPECT_EQ(device().status().review->kind, "first");
    decide("device");
    EXPECT_EQ(server->document().at("theme"), "light");
}

TEST_F(FirstMeetingTest, APipeMaySayWhoWins) {
    Json const pair{{"accessToken", server->token()}, {"refreshToken", server->refresh_token()}};
    write_text(folder / "tokens", pair.dump());
    auto const finished =
        run({"sh", "-c", "exec \"$0\" --socket \"$1\" login --tokens --first device <\"$2\"",
             program("settingsctl"), device().socket(), folder / "tokens"},
            folder.path());

    EXPECT_EQ(finished.status, 0) << finished.errors;
    expect_sync(device());
    EXPECT_EQ(server->document(),
              (Json{{"theme", "light"}, {"font", {{"size", 10}}}, {"there", 1}, {"here", 1}}));
}

}  // namespace
}  // namespace settings::system_test
