// The token: missing, careless, expired, replaced.

#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using std::filesystem::perms;
using testing::HasSubstr;
using testing::IsEmpty;

class CredentialsTest : public SystemTest {
  protected:
    /// Starts a device after `spoil` has had its way with the token, and makes an edit there.
    template <class Spoil>
    void edit_with_token_spoilt(Spoil spoil) {
        serve();
        auto& made = make_device("a");
        spoil(made);
        made.start();
        patch(made, {{"theme", "light"}});
    }

    void expect_held(std::string const& sentence) {
        expect_eventually([&] { return device().status().state; }, "held");
        EXPECT_THAT(device().status().summary, HasSubstr(sentence));
        EXPECT_EQ(device().status().pending, 1U);
        EXPECT_EQ(device().document(), Json({{"theme", "light"}}));
    }

    /// Nobody asks for it.
    void expect_resumed() {
        expect_eventually([&] { return server->document(); }, Json{{"theme", "light"}});
        expect_eventually([&] { return device().status().state; }, "idle");
    }
};

TEST_F(CredentialsTest, AnExpiredTokenIsToldAndANewOneResumesByItself) {
    edit_with_token_spoilt([this](Daemon& daemon) { daemon.put_token(server->mint(-10)); });
    expect_held("login needed: the server answered 401");
    EXPECT_THAT(server->writes(), IsEmpty());

    device().put_token(server->mint(3600));

    expect_resumed();
}

TEST_F(CredentialsTest, ATokenThatIsRefusedMeanwhileIsToldAndANewOneResumesByItself) {
    boot();
    server->set_faults("answer 401 on PUT forever");
    patch(device(), {{"theme", "light"}});
    // The look was answered with the same token: it is good, and the server takes no edit.
    expect_held("the server refuses service: the server answered 401");

    server->set_faults("clear");
    device().put_token(server->mint(3600));

    expect_resumed();
}

TEST_F(CredentialsTest, WithoutATokenNothingIsSentAndStatusSaysWhereToPutOne) {
    edit_with_token_spoilt([](Daemon& daemon) { std::filesystem::remove(daemon.token_file()); });
    expect_held("login needed: no token: log in with: settingsctl login; or put one into " +
                device().token_file().string() + " with mode 600");
    EXPECT_THAT(server->requests(), IsEmpty());

    device().put_token(server->token());

    expect_resumed();
}

TEST_F(CredentialsTest, ATokenThatOthersMayReadIsNotUsedUntilTheyMayNot) {
    edit_with_token_spoilt([](Daemon& daemon) {
        std::filesystem::permissions(daemon.token_file(), perms::group_read | perms::others_read,
                                     std::filesystem::perm_options::add);
    });
    expect_held("the token file " + device().token_file().string() +
                " may be read or written by others; chmod 600 it");
    EXPECT_THAT(server->requests(), IsEmpty());

    std::filesystem::permissions(device().token_file(), perms::owner_read | perms::owner_write);

    expect_resumed();
}

TEST_F(CredentialsTest, AHeldDaemonDoesNotKeepAsking) {
    edit_with_token_spoilt([this](Daemon& daemon) { daemon.put_token(server->mint(-10)); });
    expect_held("login needed");
    auto const asked = server->methods();

    for (int edit = 0; edit < 20; ++edit) patch(device(), {{"count", edit}});

    EXPECT_EQ(device().status().state, "held");
    EXPECT_EQ(server->methods(), asked);
}

/// Or else the search that follows each test here would prove nothing.
TEST_F(CredentialsTest, TheSearchForTokensFindsWhatIsThere) {
    boot();
    patch(device(), {{"motto", "easily-found"}});

    EXPECT_THAT(device().places_of("easily-found"), testing::Not(IsEmpty()));
    EXPECT_THAT(device().places_of(server->url()), testing::IsSupersetOf({"log", "status"}));
}

TEST_F(CredentialsTest, AServerThatQuotesTheTokenMakesNobodyRepeatIt) {
    edit_with_token_spoilt([this](Daemon& daemon) {
        auto const token = server->mint(3600);
        daemon.put_token(token);
        server->set_faults("answer 401 with message \"jwt malformed: " + token +
                           "\" on settings forever");
    });

    expect_held("jwt malformed: [secret]");
    EXPECT_THAT(device().places_of(device().tokens().back()), IsEmpty());
}

}  // namespace
}  // namespace settings::system_test
