#include "sync/account/account.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>

#include "tests/support/process.h"
#include "tests/support/temporary_folder.h"
#include "tests/system/support/emulator.h"

namespace settings::sync {
namespace {

namespace asio = boost::asio;
using namespace std::chrono_literals;
using system_test::Emulator;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

/// An account with the emulator as its server, over real TLS.
class AccountTest : public testing::Test {
  protected:
    static void SetUpTestSuite() {
        server_folder = new TemporaryFolder;
        server = new Emulator{server_folder->path()};
    }
    static void TearDownTestSuite() {
        delete server;
        delete server_folder;
    }

    void SetUp() override {
        server->set_faults("clear");
        server->set_account(Json::object());
        server->forget_requests();
    }

    HttpsRemote::Options remote() const {
        HttpsRemote::Options options;
        options.host = "localhost";
        options.port = server->url().substr(server->url().rfind(':') + 1);
        options.tls.authorities = server->ca();
        options.user_agent = "test";
        return options;
    }

    Account make(std::vector<std::string> command = {}) {
        return Account{loop.get_executor(),
                       {{stored, {}, !command.empty()},
                        {[] { return Time{100s}; }, [] { return 1'700'000'000s; }},
                        command},
                       std::make_unique<HttpsRemote>(loop.get_executor(), remote())};
    }

    /// Lets the coroutine run to its end, and everything else with it.
    template <class T>
    T finish(asio::awaitable<T> task) {
        std::optional<T> outcome;
        start(std::move(task), outcome);
        loop.restart();
        loop.run();
        return std::move(*outcome);
    }

    template <class T>
    void start(asio::awaitable<T> task, std::optional<T>& outcome) {
        asio::co_spawn(loop, std::move(task), [&outcome](std::exception_ptr const& cause, T value) {
            if (cause) std::rethrow_exception(cause);
            outcome = std::move(value);
        });
    }

    /// Up to the first wait, for the name lookup.
    template <class T>
    void begin(asio::awaitable<T> task, std::optional<T>& outcome) {
        start(std::move(task), outcome);
        loop.restart();
        loop.run_one();
        ASSERT_FALSE(outcome);
    }

    void log_in() { ASSERT_FALSE(finish(account.log_in(Emulator::email, Emulator::password))); }

    std::string token() { return account.current().value().text; }

    TokenState renewed() {
        auto const outcome = finish(account.renew());
        auto const* state = std::get_if<TokenState>(&outcome);
        EXPECT_TRUE(state) << std::get<Failure>(outcome).message;
        return state != nullptr ? *state : TokenState{};
    }

    Failure failed() {
        auto const outcome = finish(account.renew());
        auto const* failure = std::get_if<Failure>(&outcome);
        EXPECT_TRUE(failure);
        return failure != nullptr ? *failure : Failure{};
    }

    std::string on_disk() const { return TokenStore{stored}.load().value().refresh; }

    static TemporaryFolder* server_folder;
    static Emulator* server;

    TemporaryFolder folder;
    std::filesystem::path stored = folder / "credentials.json";
    asio::io_context loop{1};
    Account account = make();
};

TemporaryFolder* AccountTest::server_folder = nullptr;
Emulator* AccountTest::server = nullptr;

TEST_F(AccountTest, LogsInWithEmailAndPassword) {
    log_in();

    auto const state = account.state();
    EXPECT_EQ(state.generation, 1U);
    EXPECT_TRUE(state.renewable);
    EXPECT_EQ(state.renew_at, 100s + 55min);
    EXPECT_EQ(make().current()->text, token());
}

TEST_F(AccountTest, SaysWhatIsWrongWithALogin) {
    auto const wrong = finish(account.log_in(Emulator::email, "wrong"));
    EXPECT_EQ(wrong.value_or(Failure{}).fault, Fault::unauthorized);
    EXPECT_EQ(wrong.value_or(Failure{}).message, "the password is wrong");

    auto const unknown = finish(account.log_in("nobody@example.org", "x"));
    EXPECT_THAT(unknown.value_or(Failure{}).message, HasSubstr("no account"));
    EXPECT_FALSE(account.current());
    EXPECT_FALSE(std::filesystem::exists(stored));
}

TEST_F(AccountTest, ALoginThatFailsLeavesTheOldOne) {
    log_in();
    auto const before = token();
    server->set_faults("answer 500 on login");

    EXPECT_EQ(finish(account.log_in(Emulator::email, Emulator::password)).value_or(Failure{}).fault,
              Fault::server_error);

    EXPECT_EQ(token(), before);
}

TEST_F(AccountTest, RenewsAndRotatesDurably) {
    log_in();
    auto const first = on_disk();

    auto const generation = renewed().generation;
    EXPECT_EQ(generation, account.current()->generation);
    auto const second = on_disk();
    EXPECT_NE(second, first);
    // Each refresh token is good for one renewal, so the second one was sent.
    EXPECT_EQ(renewed().renew_at, 100s + 55min);
    EXPECT_NE(on_disk(), second);
    EXPECT_EQ(make().current()->text, token());
}

TEST_F(AccountTest, ARefusedRefreshTokenNeedsAPersonAndKeepsThePair) {
    log_in();
    auto const before = on_disk();
    server->set_faults("answer 401 on refresh");

    auto const failure = failed();

    EXPECT_EQ(failure.fault, Fault::unauthorized);
    EXPECT_THAT(failure.message, HasSubstr("log in again"));
    EXPECT_EQ(on_disk(), before);
}

TEST_F(AccountTest, AServerInTroubleKeepsThePairForTheNextAttempt) {
    log_in();
    auto const before = on_disk();
    server->set_faults(
        "on refresh answer 500, on refresh answer html, on refresh answer garbage, "
        "on refresh answer 503 with retry-after 7");

    EXPECT_EQ(failed().fault, Fault::server_error);
    EXPECT_EQ(failed().fault, Fault::impostor);
    EXPECT_EQ(failed().fault, Fault::unknown_outcome);
    EXPECT_EQ(failed().retry_after, 7s);
    EXPECT_EQ(on_disk(), before);

    EXPECT_GT(renewed().generation, 0U);
    EXPECT_NE(on_disk(), before);
}

TEST_F(AccountTest, TwoWhoRenewAtOnceMakeOneRequest) {
    log_in();
    server->forget_requests();
    std::optional<Account::Renewal> first;
    std::optional<Account::Renewal> second;
    start(account.renew(), first);
    start(account.renew(), second);
    loop.restart();
    loop.run();

    EXPECT_THAT(server->targets(), ElementsAre("/user/refresh"));
    ASSERT_TRUE(first && second);
    EXPECT_EQ(std::get<TokenState>(*first).generation, std::get<TokenState>(*second).generation);
}

TEST_F(AccountTest, ALoginDuringARenewalStays) {
    log_in();
    std::optional<Account::Renewal> outcome;
    begin(account.renew(), outcome);

    ASSERT_FALSE(account.adopt(TokenPair{"newer", "newer-refresh"}));
    loop.restart();
    loop.run();

    EXPECT_THAT(server->targets(), ElementsAre("/user/login", "/mfa/status", "/user/refresh"));
    EXPECT_EQ(token(), "newer");
    EXPECT_EQ(on_disk(), "newer-refresh");
    EXPECT_EQ(std::get<TokenState>(*outcome).generation, account.current()->generation);
}

TEST_F(AccountTest, ALoginDuringARenewalMakesItsRefusalMeaningless) {
    ASSERT_FALSE(account.adopt(TokenPair{"old", "no-longer-good"}));
    std::optional<Account::Renewal> outcome;
    begin(account.renew(), outcome);

    ASSERT_FALSE(account.adopt(TokenPair{"newer", "newer-refresh"}));
    loop.restart();
    loop.run();

    ASSERT_TRUE(std::holds_alternative<TokenState>(outcome.value()));
    EXPECT_EQ(token(), "newer");
}

TEST_F(AccountTest, APairThatTheDiskDidNotTakeIsSavedBeforeTheServerIsAskedAgain) {
    log_in();
    auto const before = token();
    std::filesystem::create_directories(folder / "credentials.json.new/in the way");
    auto const failure = failed();
    EXPECT_EQ(failure.fault, Fault::storage);
    EXPECT_THAT(failure.message, HasSubstr("cannot be written"));
    EXPECT_EQ(token(), before);

    std::filesystem::remove_all(folder / "credentials.json.new");
    server->forget_requests();
    EXPECT_GT(renewed().generation, 1U);

    EXPECT_THAT(server->requests(), IsEmpty());
    EXPECT_NE(token(), before);
    EXPECT_GT(renewed().generation, 2U);
}

TEST_F(AccountTest, WithoutARefreshTokenOnlyAPersonCanHelp) {
    EXPECT_EQ(failed().fault, Fault::unauthorized);
    EXPECT_THAT(failed().message, HasSubstr("settingsctl login"));

    ASSERT_FALSE(account.adopt(TokenPair{"access"}));
    EXPECT_EQ(failed().fault, Fault::unauthorized);
    EXPECT_THAT(server->requests(), IsEmpty());
}

TEST_F(AccountTest, AdoptsNothingThatIsNoToken) {
    for (auto const& pair : {TokenPair{""}, TokenPair{"a b"}, TokenPair{"a", "r\n"}}) {
        auto const failure = account.adopt(pair);
        EXPECT_EQ(failure.value_or(Failure{}).fault, Fault::refused);
    }
    EXPECT_FALSE(std::filesystem::exists(stored));
}

TEST_F(AccountTest, LogsOutHereAndAtTheServer) {
    log_in();
    auto const refresh_token = on_disk();

    EXPECT_FALSE(finish(account.log_out()));

    EXPECT_FALSE(std::filesystem::exists(stored));
    EXPECT_FALSE(account.current());
    EXPECT_THAT(server->targets(), ElementsAre("/user/login", "/mfa/status", "/user/logout"));
    ASSERT_FALSE(account.adopt(TokenPair{"access", refresh_token}));
    EXPECT_EQ(failed().fault, Fault::unauthorized) << "the server is to have forgotten it";
}

TEST_F(AccountTest, LogsOutEvenWhenTheServerDoesNotAnswer) {
    log_in();
    server->set_faults("drop before answering on logout");

    EXPECT_FALSE(finish(account.log_out()));

    EXPECT_FALSE(std::filesystem::exists(stored));
    EXPECT_FALSE(account.current());
}

TEST_F(AccountTest, SendsNoTokenWhenItIsNotAboutOne) {
    log_in();
    EXPECT_EQ(server->requests().front().status, 200);
    EXPECT_FALSE(finish(account.log_out()));
    EXPECT_FALSE(finish(account.log_out()));

    EXPECT_THAT(server->targets(), ElementsAre("/user/login", "/mfa/status", "/user/logout"));
}

// The second factor -----------------------------------------------------------------------------

class SecondFactorTest : public AccountTest {
  protected:
    void SetUp() override {
        AccountTest::SetUp();
        server->set_account({{"totp", "GEZDGNBVGY3TQOJQ"}, {"magicLink", true}});
    }

    Failure begin_login() {
        return finish(account.log_in(Emulator::email, Emulator::password)).value_or(Failure{});
    }

    std::optional<Failure> show(Proof proof) { return finish(account.show(std::move(proof))); }

    static std::string code() { return server->account().at("code"); }

    static std::vector<std::string> proofs_sent() {
        std::vector<std::string> sent;
        for (auto const& request : server->requests_for("/mfa/verify-login"))
            sent.push_back(request.body.at("mfaType"));
        return sent;
    }
};

TEST_F(SecondFactorTest, ALoginKeepsNothingUntilTheCodeIsShown) {
    auto const incomplete = begin_login();
    EXPECT_EQ(incomplete.fault, Fault::unauthorized);
    EXPECT_THAT(incomplete.message, HasSubstr("code of an authenticator"));
    ASSERT_TRUE(account.challenge());
    EXPECT_THAT(account.challenge()->methods, ElementsAre("GOOGLE_AUTH", "MAGIC_LINK"));
    EXPECT_FALSE(account.current());
    EXPECT_FALSE(std::filesystem::exists(stored));

    EXPECT_FALSE(show(FactorCode{code()}));

    EXPECT_FALSE(account.challenge());
    EXPECT_EQ(make().current()->text, token());
    EXPECT_EQ(account.state().renew_at, 100s + 55min);
    EXPECT_TRUE(account.is_unproven(account.current()->generation));
    EXPECT_GT(renewed().generation, 1U);
}

TEST_F(SecondFactorTest, AMailedLinkWillDo) {
    begin_login();

    ASSERT_FALSE(finish(account.mail_link()));
    EXPECT_FALSE(show(LinkToken{server->account().at("mail").back()}));

    EXPECT_TRUE(account.current());
    EXPECT_THAT(proofs_sent(), ElementsAre("MAGIC_LINK"));
}

TEST_F(SecondFactorTest, AWrongCodeIsToldAndTheLoginGoesOn) {
    begin_login();

    auto const wrong = show(FactorCode{"000"}).value_or(Failure{});

    EXPECT_EQ(wrong.fault, Fault::unauthorized);
    EXPECT_THAT(wrong.message, HasSubstr("the code is wrong"));
    EXPECT_TRUE(account.challenge());
    EXPECT_FALSE(show(FactorCode{code()}));
}

TEST_F(SecondFactorTest, ALockedAccountIsSentNothingMore) {
    begin_login();
    for (int each = 0; each < 5; ++each) EXPECT_TRUE(show(FactorCode{"000"}));
    auto const right = code();
    auto const locked = show(FactorCode{right}).value_or(Failure{});
    EXPECT_THAT(locked.message, HasSubstr("takes none for 15 min, until 2023-11-14T22:28:"));
    EXPECT_GT(account.locked_for(), 14min);
    server->forget_requests();

    EXPECT_EQ(show(FactorCode{right}).value_or(Failure{}).message, locked.message);

    EXPECT_THAT(server->requests(), IsEmpty());
}

TEST_F(SecondFactorTest, ACodeIsSentOnceWhateverBecomesOfIt) {
    begin_login();
    server->set_faults("on mfa drop after applying");

    auto const lost = show(FactorCode{code()}).value_or(Failure{});

    EXPECT_EQ(lost.fault, Fault::unknown_outcome);
    EXPECT_THAT(lost.message, HasSubstr("log in again"));
    EXPECT_THAT(proofs_sent(), ElementsAre("GOOGLE_AUTH"));
    EXPECT_FALSE(account.current());
}

TEST_F(SecondFactorTest, TheOldLoginStaysUntilTheNewOneIsWhole) {
    ASSERT_FALSE(account.adopt(TokenPair{"old", "old-refresh"}));

    begin_login();
    EXPECT_EQ(token(), "old");
    ASSERT_FALSE(account.adopt(TokenPair{"newer"}));

    EXPECT_FALSE(account.challenge());
    EXPECT_EQ(token(), "newer");
}

TEST_F(SecondFactorTest, ALogoutDuringAProofWins) {
    begin_login();
    auto const right = code();
    std::optional<std::optional<Failure>> outcome;
    begin(account.show(FactorCode{right}), outcome);
    std::optional<std::optional<Failure>> out;
    start(account.log_out(), out);
    loop.restart();
    loop.run();

    EXPECT_THAT(outcome.value().value_or(Failure{}).message, HasSubstr("came in between"));
    EXPECT_FALSE(account.current());
    EXPECT_FALSE(std::filesystem::exists(stored));
}

TEST_F(SecondFactorTest, ALogoutEndsALoginThatIsUnderWay) {
    auto const devices = server->account().at("devices").size();
    begin_login();
    server->forget_requests();

    EXPECT_FALSE(finish(account.log_out()));

    EXPECT_FALSE(account.challenge());
    EXPECT_THAT(server->targets(), ElementsAre("/user/logout"));
    EXPECT_EQ(server->account().at("devices").size(), devices);
}

TEST_F(SecondFactorTest, AStatusThatCannotBeReadHoldsUpNobodyAndIsAskedForAgain) {
    for (auto const* fault : {"answer 500", "answer html", "drop before answering", "answer 401"}) {
        server->set_faults(std::string{"on mfa "} + fault + " twice");
        log_in();
    }
    server->set_faults("clear");
    EXPECT_EQ(begin_login().fault, Fault::unauthorized);
}

TEST_F(SecondFactorTest, AServiceThatKnowsNoFactorsIsAskedOnce) {
    server->set_faults("on mfa gateway 404");
    log_in();
    server->forget_requests();

    log_in();

    EXPECT_THAT(server->targets(), ElementsAre("/user/login"));
    account.configure(std::make_unique<HttpsRemote>(loop.get_executor(), remote()));
    EXPECT_EQ(begin_login().fault, Fault::unauthorized);
}

TEST_F(SecondFactorTest, ATokenIsProvenOnceItHasServed) {
    ASSERT_FALSE(account.adopt(TokenPair{"access"}));
    auto const generation = account.current()->generation;
    EXPECT_TRUE(account.is_unproven(generation));
    EXPECT_FALSE(account.is_unproven(generation + 1));
    EXPECT_FALSE(account.is_unproven(0));

    account.has_served(generation + 1);
    EXPECT_TRUE(account.is_unproven(generation));
    account.has_served(generation);
    EXPECT_FALSE(account.is_unproven(generation));
}

// The token command ------------------------------------------------------------------------------

TEST_F(AccountTest, RenewsByRunningTheTokenCommand) {
    auto const program = folder / "command";
    auto const script = [&](std::string const& text) {
        write_text(program, "#!/bin/sh\n" + text + '\n');
        std::filesystem::permissions(program, std::filesystem::perms::owner_all);
    };
    Account with_command = make({program.string()});
    EXPECT_TRUE(with_command.state().renewable);
    EXPECT_EQ(with_command.state().generation, 0U);

    script("echo one");
    EXPECT_EQ(std::get<TokenState>(finish(with_command.renew())).generation, 1U);
    script("echo two");
    EXPECT_EQ(std::get<TokenState>(finish(with_command.renew())).generation, 2U);
    script("exit 1");
    EXPECT_EQ(std::get<Failure>(finish(with_command.renew())).fault, Fault::storage);

    EXPECT_EQ(with_command.current()->text, "two");
    EXPECT_FALSE(std::filesystem::exists(stored));
    EXPECT_THAT(server->requests(), IsEmpty());
}

}  // namespace
}  // namespace settings::sync
