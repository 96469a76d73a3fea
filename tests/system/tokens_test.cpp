// Tokens that expire, rotate and are refused, from the first login to days later.

#include "tests/support/programs.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using testing::AllOf;
using testing::Each;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

constexpr int five_days = 5 * 24 * 3600;
constexpr char const* refresh = "/user/refresh";
constexpr char const* settings_call = "/settings/user";

class TokensTest : public SystemTest {
  protected:
    /// A device that a person has logged in five days ago: only the refresh token still works.
    void return_after_five_days() {
        serve();
        start_without_a_token();
        log_in_as_of(-five_days);
    }

    /// A device that is logged in and in step.
    void boot_logged_in() {
        serve();
        start_without_a_token();
        log_in_as_of(3600);
        expect_sync(device());
        server->forget_requests();
    }

    void start_without_a_token() {
        auto& made = make_device("a");
        std::filesystem::remove(made.token_file());
        made.start();
    }

    /// With the pair whose refresh token is still good, and an access token with so much life left.
    void log_in_as_of(int life_seconds) {
        ASSERT_TRUE(
            device().client().adopt_tokens(server->mint(life_seconds), server->refresh_token()));
        device().entrust_what_is_stored();
    }

    /// Has the access token that it has refused once, so that it has to renew.
    void make_it_renew(char const* theme) {
        server->set_faults("answer 401 on GET");
        patch(device(), {{"theme", theme}});
    }

    void expect_synced(Json const& document) {
        expect_eventually([&] { return server->document(); }, document);
        expect_eventually([&] { return device().status().state; }, "idle");
    }

    void expect_held(std::string const& sentence) {
        expect_eventually([&] { return device().status().summary; }, HasSubstr(sentence));
        EXPECT_EQ(device().status().state, "held");
        EXPECT_EQ(device().status().pending, 1U);
    }
};

TEST_F(TokensTest, AfterFiveDaysOfflineOneRenewalBringsEverythingHome) {
    serve();
    server->set_online(false);
    start_without_a_token();
    log_in_as_of(-five_days);
    patch(device(), {{"theme", "light"}});
    expect_eventually([&] { return device().status().last_error.has_value(); }, true);

    server->set_online(true);

    expect_synced({{"theme", "light"}});
    auto answered = server->requests();
    std::erase_if(answered, [](Seen const& seen) { return seen.status == "dropped"; });
    EXPECT_THAT(answered, ElementsAre(Field(&Seen::target, refresh), Field(&Seen::method, "GET"),
                                      Field(&Seen::method, "PUT")));
    EXPECT_THAT(answered, Each(Field(&Seen::status, 200)));
}

TEST_F(TokensTest, ARenewedPairSurvivesAKillAndIsTheOneThatIsRenewedNext) {
    return_after_five_days();
    expect_eventually([&] { return device().status().state; }, "idle");

    for (auto const* theme : {"light", "dark"}) {
        device().kill();
        device().start();
        make_it_renew(theme);
        expect_synced({{"theme", theme}});
        device().entrust_what_is_stored();
    }

    // The server takes each refresh token once.
    EXPECT_THAT(server->requests_for(refresh), AllOf(SizeIs(3), Each(Field(&Seen::status, 200))));
}

TEST_F(TokensTest, AGatewayThatRefusesEveryTokenCostsOneRenewal) {
    boot_logged_in();
    server->set_faults("gateway 401 6 times on GET");

    patch(device(), {{"theme", "light"}});

    expect_synced({{"theme", "light"}});
    EXPECT_EQ(server->faults_left(), 0);
    EXPECT_THAT(server->requests_for(refresh), SizeIs(1));
}

TEST_F(TokensTest, AKillWhileTheServerRenewsCostsNothing) {
    serve();
    server->set_faults("hang on refresh");
    start_without_a_token();
    patch(device(), {{"theme", "light"}});
    log_in_as_of(-five_days);
    expect_eventually([&] { return server->faults_left(); }, 0);

    device().kill();
    device().start();

    expect_synced({{"theme", "light"}});
}

TEST_F(TokensTest, ALostAnswerToARenewalNeedsALoginAndKeepsTheQueue) {
    serve();
    server->set_faults("drop after applying on refresh");
    start_without_a_token();
    patch(device(), {{"theme", "light"}});
    log_in_as_of(-five_days);

    expect_held("login needed");
    EXPECT_THAT(server->requests_for(refresh), SizeIs(2));

    EXPECT_TRUE(device().client().log_in(Emulator::email, Emulator::password));
    expect_synced({{"theme", "light"}});
}

TEST_F(TokensTest, AStormOfRefusalsIsOneRenewalAndThenSilence) {
    boot_logged_in();
    server->set_faults("answer 401 on settings forever");

    patch(device(), {{"theme", "light"}});

    expect_held("login needed: the server answered 401");
    for (int edit = 0; edit < 20; ++edit) patch(device(), {{"theme", edit}});
    EXPECT_THAT(server->targets(), ElementsAre(settings_call, refresh, settings_call));

    server->set_faults("clear");
    patch(device(), {{"theme", "dark"}});
    expect_sync(device());
    EXPECT_EQ(server->document(), Json({{"theme", "dark"}}));
    EXPECT_THAT(server->requests_for(refresh), SizeIs(1));
}

TEST_F(TokensTest, ALoginEndsAStormOfRefusals) {
    boot_logged_in();
    server->set_faults("answer 401 on settings forever");
    patch(device(), {{"theme", "light"}});
    expect_held("login needed: the server answered 401");

    server->set_faults("clear");
    EXPECT_TRUE(device().client().log_in(Emulator::email, Emulator::password));

    expect_synced({{"theme", "light"}});
}

TEST_F(TokensTest, EachWishForASyncInAStormIsAtMostOneRenewal) {
    boot_logged_in();
    server->set_faults("answer 401 on settings forever");
    patch(device(), {{"theme", "light"}});
    expect_held("login needed");
    server->forget_requests();

    for (int wish = 0; wish < 3; ++wish) EXPECT_FALSE(device().client().sync(patience)->synced);

    EXPECT_LE(server->requests_for(refresh).size(), 3U);
    EXPECT_LE(server->requests().size(), 9U);
}

TEST_F(TokensTest, ARefusedRenewalNeedsALoginAndIsNotRepeated) {
    serve();
    server->set_faults("answer 401 on refresh forever");
    start_without_a_token();
    patch(device(), {{"theme", "light"}});
    log_in_as_of(-five_days);

    expect_held("login needed");
    for (int edit = 0; edit < 20; ++edit) patch(device(), {{"theme", edit}});

    EXPECT_THAT(server->requests_for(refresh), SizeIs(1));
    EXPECT_THAT(server->writes(), SizeIs(1)) << "nothing but that";
}

struct ByProvider {
    char const* provider;
    char const* target;
};

void PrintTo(ByProvider const& login, std::ostream* stream) { *stream << login.provider; }

class ProviderTest : public TokensTest, public testing::WithParamInterface<ByProvider> {
  protected:
    /// With tokens of a login by the provider, whose access token has expired.
    void hand_over_tokens() {
        Json const tokens{{"accessToken", server->mint(-five_days)},
                          {"refreshToken", server->refresh_token()},
                          {"provider", GetParam().provider}};
        auto const file = folder / "tokens";
        write_text(file, tokens.dump());
        auto const login = run({"sh", "-c", "exec \"$0\" --socket \"$1\" login --tokens <\"$2\"",
                                program("settingsctl"), device().socket().string(), file.string()},
                               folder.path());
        EXPECT_EQ(login.status, 0) << login.errors;
        device().entrust_what_is_stored();
    }
};

INSTANTIATE_TEST_SUITE_P(Service, ProviderTest,
                         testing::Values(ByProvider{"LOCAL", refresh},
                                         ByProvider{"WEB3_STELLAR", refresh},
                                         ByProvider{"GOOGLE", refresh},
                                         ByProvider{"GITHUB", "/auth/github/refresh"},
                                         ByProvider{"MICROSOFT", "/auth/microsoft/refresh"}),
                         [](auto const& login) { return login.param.provider; });

TEST_P(ProviderTest, ALoginIsRenewedByTheWayItCame) {
    serve();
    server->set_account({{"provider", GetParam().provider}});
    start_without_a_token();
    patch(device(), {{"theme", "light"}});
    hand_over_tokens();
    expect_synced({{"theme", "light"}});
    EXPECT_EQ(server->targets().front(), GetParam().target);
    EXPECT_EQ(device().status().account->provider, GetParam().provider);

    // The new pair came the same way, and is renewed in it, after a restart too.
    device().kill();
    device().start();
    server->forget_requests();
    make_it_renew("dark");
    expect_synced({{"theme", "dark"}});
    EXPECT_THAT(server->targets(), testing::IsSupersetOf({settings_call, GetParam().target}));
    EXPECT_THAT(server->requests_for(GetParam().target), Each(Field(&Seen::status, 200)));
}

TEST_P(ProviderTest, ARefusedRenewalIsNotTriedElsewhere) {
    serve();
    server->set_account({{"provider", GetParam().provider}});
    server->set_faults("answer 401 on refresh forever");
    start_without_a_token();
    patch(device(), {{"theme", "light"}});
    hand_over_tokens();

    expect_held("login needed");
    EXPECT_THAT(server->targets(), ElementsAre(GetParam().target));
}

struct Refusal {
    char const* name;
    char const* script;
};

void PrintTo(Refusal const& refusal, std::ostream* stream) { *stream << refusal.script; }

class RenewalTest : public TokensTest, public testing::WithParamInterface<Refusal> {};

INSTANTIATE_TEST_SUITE_P(
    Server, RenewalTest,
    testing::Values(Refusal{"FiveHundred", "answer 500 twice on refresh"},
                    Refusal{"BadGateway", "answer 502 twice on refresh"},
                    Refusal{"TooMany", "answer 429 with retry-after 1 on refresh"},
                    Refusal{"NoHttp", "answer garbage twice on refresh"},
                    Refusal{"Portal", "answer html twice on refresh"},
                    Refusal{"NoToken",
                            "answer 200 with body '{\"success\":true}' twice on refresh"},
                    Refusal{"Dropped", "drop before answering on refresh"}),
    [](auto const& refusal) { return refusal.param.name; });

TEST_P(RenewalTest, AFailureThatPassesNeedsNobody) {
    serve();
    server->set_faults(GetParam().script);
    start_without_a_token();
    patch(device(), {{"theme", "light"}});
    log_in_as_of(-five_days);

    expect_synced({{"theme", "light"}});

    EXPECT_EQ(server->faults_left(), 0);
    EXPECT_EQ(server->requests_for(refresh).back().status, 200);
}

class TokenCommandTest : public SystemTest {
  protected:
    /// A device whose token command prints what is in printed().
    void SetUp() override {
        serve();
        auto& made = make_device(
            "a", {{"credentials.token_command", "[\"/bin/cat\", " + quoted(printed()) + ']'}});
        std::filesystem::remove(made.token_file());
    }

    [[nodiscard]] std::filesystem::path printed() const { return folder / "printed"; }

    void print(std::string const& token) {
        write_text(printed(), token + '\n');
        device().entrust(token);
    }
};

TEST_F(TokenCommandTest, WhatItPrintsIsAllThatASyncNeeds) {
    print(server->token());
    device().start();
    patch(device(), {{"theme", "light"}});

    expect_sync(device());

    EXPECT_EQ(server->document(), Json({{"theme", "light"}}));
}

TEST_F(TokenCommandTest, ItIsAskedAgainWhenItsTokenHasExpired) {
    print(server->mint(3600));
    device().start();
    expect_sync(device());

    print(server->mint(1800));
    server->set_faults("answer 401 on GET");
    patch(device(), {{"theme", "light"}});

    expect_eventually([&] { return server->document(); }, Json{{"theme", "light"}});
    EXPECT_THAT(server->requests_for(refresh), IsEmpty());
}

TEST_F(TokenCommandTest, ATokenThatHasExpiredIsToldAndANewOneIsUsed) {
    print(server->mint(-five_days));
    device().start();
    patch(device(), {{"theme", "light"}});
    expect_eventually([&] { return device().status().state; }, "held");
    EXPECT_THAT(device().status().summary, HasSubstr("login needed: the server answered 401"));

    print(server->token());
    expect_sync(device());

    EXPECT_EQ(server->document(), Json({{"theme", "light"}}));
}

TEST_F(TokenCommandTest, OneThatFailsIsToldAndHealsByItself) {
    device().put_token(server->token());
    std::filesystem::remove(device().token_file());
    device().start();
    patch(device(), {{"theme", "light"}});
    expect_eventually([&] { return device().status().summary; }, HasSubstr("the token command"));
    EXPECT_THAT(server->requests(), IsEmpty());

    print(server->token());

    expect_eventually([&] { return server->document(); }, Json{{"theme", "light"}});
}

}  // namespace
}  // namespace settings::system_test
