#include "sync/account/credentials.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fstream>

#include "tests/support/few_descriptors.h"
#include "tests/support/temporary_folder.h"
#include "tests/sync/account/jwt.h"

namespace settings::sync {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

constexpr std::chrono::seconds issued = 1'700'000'000s;

TokenPair hour_long(std::string access, std::string refresh = "refresh") {
    TokenPair pair{std::move(access), std::move(refresh)};
    pair.expires_at = issued + 1h;
    pair.lifetime = 1h;
    return pair;
}

class CredentialsTest : public testing::Test {
  protected:
    void write(std::string const& text, mode_t mode = 0600) {
        std::ofstream{file} << text;
        ASSERT_EQ(chmod(file.c_str(), mode), 0);
    }

    Credentials make(std::vector<TokenFile> files, bool command = false) {
        return Credentials{{stored, std::move(files), command},
                           {[this] { return boot; }, [this] { return wall; }}};
    }

    std::string token() { return credentials.current().value().text; }

    Error refusal() {
        auto const found = credentials.current();
        EXPECT_FALSE(found);
        return found ? Error{} : found.error();
    }

    TemporaryFolder folder;
    std::filesystem::path file = folder / "token";
    std::filesystem::path stored = folder / "credentials.json";
    Time boot = 100s;
    std::chrono::seconds wall = issued;
    Credentials credentials = make({{file}});
};

TEST_F(CredentialsTest, ReadsTheTokenWithoutTheSpaceAroundIt) {
    write(" ey.J0.x_-\n");

    EXPECT_EQ(token(), "ey.J0.x_-");
}

// {"alg":"none"} . {"sub":"a","userId":7} . x
constexpr auto of_a = "eyJhbGciOiJub25lIn0.eyJzdWIiOiJhIiwidXNlcklkIjo3fQ.x";

TEST_F(CredentialsTest, TellsWhoseATokenIs) {
    write(of_a);
    EXPECT_EQ(credentials.current()->names, (Owner::Names{{"sub", "a"}, {"userId", "7"}}));

    write("opaque");
    EXPECT_EQ(credentials.current()->names, Owner::Names{});
}

TEST_F(CredentialsTest, WhoLoggedInIsKnownThroughRenewalsAndRestarts) {
    auto pair = hour_long("first");
    pair.login = "7";
    ASSERT_TRUE(credentials.log_in(pair));
    ASSERT_TRUE(credentials.renew("refresh", hour_long(of_a, "next")));

    for (auto* each : {&credentials, &(credentials = make({{file}}))})
        EXPECT_EQ(each->current()->names,
                  (Owner::Names{{"login", "7"}, {"sub", "a"}, {"userId", "7"}}));
    ASSERT_TRUE(credentials.adopt(TokenPair{"another"}));
    EXPECT_EQ(credentials.current()->names, Owner::Names{});
}

TEST_F(CredentialsTest, WhereNothingElseNamesTheAccountTheAddressDoes) {
    auto pair = hour_long("opaque");
    pair.note.email = "Ada@Example.org";
    ASSERT_TRUE(credentials.log_in(pair));
    ASSERT_TRUE(credentials.renew("refresh", hour_long("opaque-too", "next")));
    EXPECT_EQ(credentials.current()->names, (Owner::Names{{"email", "ada@example.org"}}));

    ASSERT_TRUE(credentials.renew("next", hour_long(of_a)));
    EXPECT_EQ(credentials.current()->names, (Owner::Names{{"sub", "a"}, {"userId", "7"}}));
}

TEST_F(CredentialsTest, TellsHowALoginCameAboutThroughRenewalsAndRestarts) {
    auto pair = hour_long(of_a);
    pair.login = "7";
    pair.note.email = "ada@example.org";
    pair.note.organization = "acme";
    pair.note.role = "OWNER";
    pair.note.factor = "GOOGLE_AUTH";
    ASSERT_TRUE(credentials.log_in(pair));
    wall += 1h;
    ASSERT_TRUE(credentials.renew("refresh", hour_long("opaque", "next")));

    for (auto* each : {&credentials, &(credentials = make({{file}}))}) {
        auto const identity = each->identity().value();
        EXPECT_EQ(identity.method, Identity::Method::password);
        EXPECT_EQ(identity.id, "7");
        EXPECT_EQ(identity.note.email, "ada@example.org");
        EXPECT_EQ(identity.note.organization, "acme");
        EXPECT_EQ(identity.note.role, "OWNER");
        EXPECT_EQ(identity.note.factor, "GOOGLE_AUTH");
        EXPECT_EQ(identity.note.since, issued);
    }
}

TEST_F(CredentialsTest, TellsWhereATokenIsFromThatNobodyLoggedInFor) {
    EXPECT_FALSE(credentials.identity());

    credentials = make({{file}}, /*command=*/true);
    credentials.take_printed("printed");
    EXPECT_EQ(credentials.identity()->method, Identity::Method::command);
    EXPECT_EQ(credentials.identity()->id, "");
    write(of_a);
    EXPECT_EQ(credentials.identity()->method, Identity::Method::file);
    EXPECT_EQ(credentials.identity()->id, "a");
    EXPECT_FALSE(credentials.identity()->note.since);
    ASSERT_TRUE(credentials.adopt(TokenPair{of_a}));
    EXPECT_EQ(credentials.identity()->method, Identity::Method::tokens);
    EXPECT_EQ(credentials.identity()->note.since, issued);
}

TEST_F(CredentialsTest, ReadsAReplacedFileAnew) {
    write("old");
    EXPECT_EQ(token(), "old");
    write("new");
    EXPECT_EQ(token(), "new");
}

TEST_F(CredentialsTest, TakesTheFirstFileThatExists) {
    write("second");
    credentials = make({{folder / "absent"}, {file}});

    EXPECT_EQ(token(), "second");
}

TEST_F(CredentialsTest, ALoginComesBeforeAFileAndAFileBeforeTheCommand) {
    credentials = make({{file}}, /*command=*/true);
    credentials.take_printed("printed");
    EXPECT_EQ(token(), "printed");
    write("in-the-file");
    EXPECT_EQ(token(), "in-the-file");
    ASSERT_TRUE(credentials.log_in(TokenPair{"logged-in"}));
    EXPECT_EQ(token(), "logged-in");
    ASSERT_TRUE(credentials.log_out());
    EXPECT_EQ(token(), "in-the-file");
}

TEST_F(CredentialsTest, SaysHowToGetATokenWhenThereIsNone) {
    EXPECT_EQ(refusal().code(), Errc::not_found);
    EXPECT_THAT(refusal().message(), HasSubstr(file.string()));
    EXPECT_THAT(refusal().message(), HasSubstr("settingsctl login"));
    EXPECT_EQ(credentials.state().missing, refusal().message());
    EXPECT_EQ(credentials.state().generation, 0U);
    EXPECT_FALSE(credentials.state().renewable);
}

TEST_F(CredentialsTest, WhoMayPutNoneInPlaceIsToldHowAnAdministratorDoes) {
    // Somebody else's folder: root may give one away, and others have /etc.
    auto const foreign = folder / "foreign";
    std::filesystem::create_directory(foreign);
    bool const is_given = chown(foreign.c_str(), 12'345, 12'345) == 0;
    auto const place = (is_given ? foreign : "/etc") / "settingsd/token";
    credentials = make({{place}});

    EXPECT_THAT(refusal().message(),
                HasSubstr("sudo install -D -m 600 -o " + std::to_string(geteuid()) + " FILE " +
                          place.string()));
    EXPECT_THAT(refusal().message(), Not(HasSubstr("put one into")));

    credentials = make({{folder / "not/yet/there"}});
    EXPECT_THAT(refusal().message(), HasSubstr("put one into"));
}

TEST_F(CredentialsTest, RefusesAFileThatOthersCanReadOrOwn) {
    write("token", 0640);
    EXPECT_THAT(refusal().message(), HasSubstr("chmod 600"));
    EXPECT_TRUE(make({{file, /*guarded=*/true}}).current());

    write("token");
    if (geteuid() != 0) GTEST_SKIP() << "only root can give a file away";
    ASSERT_EQ(chown(file.c_str(), 12'345, 0), 0);
    EXPECT_THAT(refusal().message(), HasSubstr("belongs to user 12345"));
}

TEST_F(CredentialsTest, RefusesWhatIsNotOneTokenAndNeverQuotesIt) {
    for (std::string const text :
         {"", "  \n", "secret secret", "secret\r\nX-Header: 1", "secret\x01",
          "s\xc3\xa9"
          "cret"}) {
        write(text);
        EXPECT_EQ(refusal().code(), Errc::bad_request) << text;
        EXPECT_THAT(refusal().message(), Not(HasSubstr("secret")));
        EXPECT_EQ(credentials.state().missing, refusal().message());
    }
    write(std::string(1'000'000, 'x'));
    EXPECT_THAT(refusal().message(), HasSubstr("too large"));
}

TEST_F(CredentialsTest, RefusesAFolder) {
    std::filesystem::create_directory(file);

    EXPECT_THAT(refusal().message(), HasSubstr("not a regular file"));
}

TEST_F(CredentialsTest, WhatCannotBeReadNowIsNoMissingToken) {
    write("token");
    {
        FewDescriptors const none{0};
        EXPECT_EQ(refusal().code(), Errc::busy);
        EXPECT_THAT(refusal().message(), HasSubstr("cannot be opened: Too many open files"));
        EXPECT_FALSE(credentials.state().renewable);
    }
    EXPECT_EQ(token(), "token");
}

TEST_F(CredentialsTest, ATokenThatCannotBeReadNowIsStillTheSameOne) {
    write("token");
    auto const before = credentials.state().generation;
    FewDescriptors const none{0};

    EXPECT_EQ(credentials.state().generation, before);
}

TEST_F(CredentialsTest, AStoredLoginThatCannotBeReadNowIsNotPassedOver) {
    ASSERT_TRUE(credentials.log_in(hour_long("stored")));
    write("of the file");
    auto restarted = make({{file}});
    std::optional<FewDescriptors> none{std::in_place, 0};
    EXPECT_EQ(restarted.current().error().code(), Errc::busy);
    none.reset();

    EXPECT_EQ(restarted.current().value().text, "stored");
}

TEST_F(CredentialsTest, WhatIsForbiddenIsForAPersonUntilItWasReadOnce) {
    auto const loop = folder / "loop";
    std::filesystem::create_symlink(loop, loop);  // ELOOP, which forbids root as well
    credentials = make({{loop}});
    EXPECT_EQ(refusal().code(), Errc::storage_broken);

    std::filesystem::remove(loop);
    write("token");
    std::filesystem::create_symlink(file, loop);
    EXPECT_EQ(token(), "token");
    std::filesystem::remove(loop);
    std::filesystem::create_symlink(loop, loop);
    EXPECT_EQ(refusal().code(), Errc::busy);
}

TEST_F(CredentialsTest, AnotherTokenHasAnotherGeneration) {
    write("one");
    EXPECT_EQ(credentials.state().generation, 1U);
    EXPECT_EQ(credentials.current()->generation, 1U);
    write("one\n");
    EXPECT_EQ(credentials.state().generation, 1U);
    write("two");
    EXPECT_EQ(credentials.current()->generation, 2U);
    std::filesystem::remove(file);
    EXPECT_EQ(credentials.state().generation, 0U);
    write("three");
    EXPECT_EQ(credentials.state().generation, 3U);
}

TEST_F(CredentialsTest, OnlyWhatCanBeRenewedWithoutAPersonIsRenewable) {
    write(jwt);
    EXPECT_FALSE(credentials.state().renewable);
    EXPECT_FALSE(credentials.state().renew_at);

    ASSERT_TRUE(credentials.log_in(hour_long("access", "")));
    EXPECT_FALSE(credentials.state().renewable);
    EXPECT_FALSE(credentials.state().renew_at);

    ASSERT_TRUE(credentials.log_in(hour_long("access")));
    EXPECT_TRUE(credentials.state().renewable);

    credentials = make({{folder / "absent"}}, /*command=*/true);
    ASSERT_TRUE(credentials.log_out());
    EXPECT_TRUE(credentials.state().renewable);
    EXPECT_EQ(credentials.state().generation, 0U);
    credentials.take_printed("opaque");
    EXPECT_TRUE(credentials.state().renewable);
    EXPECT_FALSE(credentials.state().renew_at);
}

TEST_F(CredentialsTest, RenewsFiveMinutesBeforeTheEndOrATenthOfAShortLife) {
    ASSERT_TRUE(credentials.log_in(hour_long("access")));
    EXPECT_EQ(credentials.state().renew_at, 100s + 55min);

    auto brief = hour_long("brief");
    brief.lifetime = 10min;
    ASSERT_TRUE(credentials.log_in(brief));
    EXPECT_EQ(credentials.state().renew_at, 100s + 9min);

    credentials = make({}, /*command=*/true);
    ASSERT_TRUE(credentials.log_out());
    credentials.take_printed(jwt);
    EXPECT_EQ(credentials.state().renew_at, 100s + 55min);
}

TEST_F(CredentialsTest, ATokenThatIsNoBetterThanTheLastIsNotRenewedWithoutEnd) {
    auto over = hour_long("access");
    over.lifetime.reset();
    wall = issued + 2h;
    ASSERT_TRUE(credentials.log_in(over));
    EXPECT_FALSE(credentials.state().renew_at);

    credentials = make({}, /*command=*/true);
    ASSERT_TRUE(credentials.log_out());
    credentials.take_printed(jwt);
    credentials.take_printed(jwt);
    EXPECT_FALSE(credentials.state().renew_at);
    EXPECT_TRUE(credentials.state().renewable);
}

TEST_F(CredentialsTest, ATokenGotInThisProcessDoesNotHangOnTheWallClock) {
    for (auto const wrong : {issued - 87'600h, issued + 87'600h}) {
        wall = wrong;
        ASSERT_TRUE(credentials.log_in(hour_long("access")));
        EXPECT_EQ(credentials.state().renew_at, 100s + 55min);
    }
}

TEST_F(CredentialsTest, ATokenOfAnEarlierProcessLivesNoLongerThanItsLifetimeWhateverTheWallClock) {
    ASSERT_TRUE(credentials.log_in(hour_long("access")));
    struct Case {
        std::chrono::seconds now;
        Time renew_at;
    };
    for (auto const& [now, renew_at] :
         {Case{issued + 20min, 100s + 35min}, Case{issued - 87'600h, 100s + 55min},
          Case{issued + 87'600h, 100s - 5min}}) {
        wall = now;
        EXPECT_EQ(make({}).state().renew_at, renew_at) << now.count();
    }
}

TEST_F(CredentialsTest, AnAdoptedTokenIsTakenAsOneThatWasGotSomeTimeAgo) {
    wall = issued + 20min;

    ASSERT_TRUE(credentials.adopt(TokenPair{jwt, "refresh"}));

    EXPECT_EQ(credentials.state().renew_at, 100s + 35min);
}

TEST_F(CredentialsTest, ALoginSurvivesARestart) {
    ASSERT_TRUE(credentials.log_in(hour_long("access")));

    credentials = make({});

    EXPECT_EQ(token(), "access");
    EXPECT_EQ(credentials.refresh_token(), "refresh");
}

TEST_F(CredentialsTest, ARotatedRefreshTokenIsOnDiskBeforeItCounts) {
    ASSERT_TRUE(credentials.log_in(hour_long("access")));

    ASSERT_TRUE(credentials.renew("refresh", hour_long("access-2", "refresh-2")));

    EXPECT_EQ(token(), "access-2");
    EXPECT_EQ(make({}).refresh_token(), "refresh-2");
}

TEST_F(CredentialsTest, ARenewedPairCanBeRenewedInItsTurn) {
    ASSERT_TRUE(credentials.log_in(hour_long("access")));
    boot = 100s + 55min;

    ASSERT_TRUE(credentials.renew("refresh", hour_long("access-2", "refresh-2")));

    EXPECT_TRUE(credentials.state().renewable);
    EXPECT_EQ(credentials.state().renew_at, boot + 55min);
}

TEST_F(CredentialsTest, AServerThatDoesNotRotateLeavesTheRefreshTokenAsItIs) {
    ASSERT_TRUE(credentials.log_in(hour_long("access")));

    ASSERT_TRUE(credentials.renew("refresh", hour_long("access-2", "")));

    EXPECT_EQ(make({}).refresh_token(), "refresh");
    EXPECT_EQ(make({}).current()->text, "access-2");
}

TEST_F(CredentialsTest, AnOldAnswerNeverReplacesANewerToken) {
    ASSERT_TRUE(credentials.log_in(hour_long("access")));
    ASSERT_TRUE(credentials.log_in(hour_long("newer", "newer-refresh")));

    EXPECT_TRUE(credentials.renew("refresh", hour_long("late", "late-refresh")));
    EXPECT_EQ(token(), "newer");

    ASSERT_TRUE(credentials.log_out());
    EXPECT_TRUE(credentials.renew("newer-refresh", hour_long("late", "late-refresh")));
    EXPECT_FALSE(credentials.current());
}

TEST_F(CredentialsTest, APairThatTheDiskDidNotTakeIsKeptForTheNextAttempt) {
    ASSERT_TRUE(credentials.log_in(hour_long("access")));
    auto const obstacle = folder / "credentials.json.new";
    std::filesystem::create_directories(obstacle / "in the way");

    EXPECT_FALSE(credentials.renew("refresh", hour_long("access-2", "refresh-2")));
    EXPECT_EQ(token(), "access");
    EXPECT_TRUE(credentials.has_unsaved());
    EXPECT_FALSE(credentials.save_again());

    std::filesystem::remove_all(obstacle);
    EXPECT_TRUE(credentials.save_again());
    EXPECT_FALSE(credentials.has_unsaved());
    EXPECT_EQ(token(), "access-2");
    EXPECT_EQ(make({}).refresh_token(), "refresh-2");
}

TEST_F(CredentialsTest, ALoginThatTheDiskDidNotTakeChangesNothing) {
    ASSERT_TRUE(credentials.log_in(hour_long("access")));
    std::filesystem::create_directories(folder / "credentials.json.new/in the way");

    EXPECT_FALSE(credentials.log_in(hour_long("other")));
    EXPECT_FALSE(credentials.has_unsaved());
    EXPECT_EQ(token(), "access");
}

TEST_F(CredentialsTest, AStoredPairThatCannotBeTrustedIsToldAndNotPassedOver) {
    write("in-the-file");
    ASSERT_TRUE(credentials.log_in(hour_long("access")));
    credentials = make({{file}});
    ASSERT_EQ(chmod(stored.c_str(), 0644), 0);

    EXPECT_THAT(refusal().message(), HasSubstr(stored.string() + " may be read or written"));

    ASSERT_EQ(chmod(stored.c_str(), 0600), 0);
    EXPECT_EQ(token(), "access");
}

}  // namespace
}  // namespace settings::sync
