#include "daemon/service/logins.h"

#include <gmock/gmock.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>

#include "tests/support/temporary_folder.h"

namespace settings::daemon {
namespace {

using testing::HasSubstr;

/// An account with nobody at the server's address.
class LoginsTest : public testing::Test {
  protected:
    ipc::Reply finish(boost::asio::awaitable<ipc::Reply> task) {
        std::optional<ipc::Reply> reply;
        boost::asio::co_spawn(loop, std::move(task),
                              [&reply](std::exception_ptr const& cause, ipc::Reply done) {
                                  if (cause) std::rethrow_exception(cause);
                                  reply = std::move(done);
                              });
        loop.restart();
        loop.run();
        return *reply;
    }

    sync::HttpsRemote::Options nobody() const {
        sync::HttpsRemote::Options options;
        options.host = "127.0.0.1";
        options.port = "1";
        return options;
    }

    sync::Account account_kept_in(std::filesystem::path const& file) {
        using namespace std::chrono_literals;
        return sync::Account{
            loop.get_executor(),
            {{file, {}, false}, {[] { return Time{100s}; }, [] { return 1'700'000'000s; }}, {}},
            std::make_unique<sync::HttpsRemote>(loop.get_executor(), nobody())};
    }

    TemporaryFolder folder;
    boost::asio::io_context loop{1};
    sync::Account account = account_kept_in(folder / "credentials.json");
    int attempts = 0;
    Logins logins{account, [this](Logins::Attempt const&) { ++attempts; }};
};

TEST_F(LoginsTest, TakesTokensThatAPersonHas) {
    auto const reply = logins.adopt({"access", "refresh"});

    EXPECT_EQ(*reply.body, R"({"success":true,"message":"Logged in"})");
    EXPECT_EQ(account.current()->text, "access");
    EXPECT_EQ(attempts, 1);
}

TEST_F(LoginsTest, RefusesWhatIsNoToken) {
    auto const reply = logins.adopt({"two words", ""});

    EXPECT_EQ(reply.status, 400);
    EXPECT_THAT(*reply.body, HasSubstr("visible ASCII"));
}

TEST_F(LoginsTest, SaysThatTheDiskDoesNotTakeATokenAndHasItLookedAtAllTheSame) {
    auto nowhere = account_kept_in(folder / "missing" / "credentials.json");
    Logins in_vain{nowhere, [this](Logins::Attempt const&) { ++attempts; }};

    EXPECT_EQ(in_vain.adopt({"access", "refresh"}).status, 507);
    EXPECT_EQ(attempts, 1);
}

TEST_F(LoginsTest, ALoginThatDoesNotGetThroughIsTheFaultOfTheWay) {
    auto const reply = finish(logins.log_in({"a@example.org", "secret"}));

    EXPECT_EQ(reply.status, 502);
    EXPECT_EQ(attempts, 1);
}

TEST_F(LoginsTest, SaysThatNoLoginWaitsForASecondFactor) {
    for (auto const& reply : {finish(logins.show({"123456", ""})), finish(logins.mail_link())}) {
        EXPECT_EQ(reply.status, 409);
        EXPECT_THAT(*reply.body, HasSubstr("no login waits"));
    }
    EXPECT_EQ(attempts, 0);
}

TEST_F(LoginsTest, ForgetsTheTokensAtALogout) {
    ASSERT_EQ(logins.adopt({"access", ""}).status, 200);

    auto const reply = finish(logins.log_out());

    EXPECT_EQ(*reply.body, R"({"success":true,"message":"Logged out"})");
    EXPECT_FALSE(account.current());
    EXPECT_EQ(attempts, 2);
}

}  // namespace
}  // namespace settings::daemon
