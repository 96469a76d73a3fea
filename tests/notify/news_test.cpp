#include "notify/news.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace settings::notify {
namespace {

using client::Status;
using testing::ElementsAre;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

Status waiting(std::string const& state, std::string const& waits_for) {
    Status status;
    status.state = state;
    status.waits_for = waits_for;
    status.conflicts = 0;
    return status;
}

Status at_rest() { return waiting("idle", "idle"); }
Status without_login() { return waiting("held", "login"); }

Status in_review() {
    auto status = waiting("held", "review");
    status.review.emplace();
    return status;
}

Status with_conflicts(std::uint64_t number) {
    auto status = at_rest();
    status.conflicts = number;
    return status;
}

Status with_rejected(std::vector<std::string> const& keys, std::string const& message = "no") {
    auto status = waiting("held", "retry");
    for (auto const& key : keys) status.rejected.push_back({key, 400, message, std::nullopt});
    return status;
}

class NewsTest : public testing::Test {
  protected:
    /// What a person is shown who looks at a desktop that shows everything.
    std::vector<Notification> shown_after(Status const& status) {
        news.hear(status);
        auto all = news.untold();
        for (auto const& notification : all) news.told(notification);
        return all;
    }

    std::vector<Matter> matters_after(Status const& status) {
        std::vector<Matter> matters;
        for (auto const& notification : shown_after(status)) matters.push_back(notification.matter);
        return matters;
    }

    /// What is said of a matter that comes alone.
    static Notification said_of(Status const& status) {
        News fresh;
        fresh.hear(status);
        return fresh.untold().at(0);
    }

    News news;
};

TEST_F(NewsTest, ThereIsNoneWhileAllIsWellOrGoesOnByItself) {
    for (auto const& status :
         {at_rest(), waiting("waiting", "debounce"), waiting("waiting", "backoff"),
          waiting("syncing", ""), waiting("offline", "offline"), waiting("paused", ""), Status{}})
        EXPECT_THAT(matters_after(status), IsEmpty()) << status.state;
}

TEST_F(NewsTest, EachMatterIsToldOnceWhileItLasts) {
    for (auto const& [status, matter] :
         std::vector<std::pair<Status, Matter>>{{without_login(), Matter::login},
                                                {in_review(), Matter::review},
                                                {waiting("held", "stopped"), Matter::held},
                                                {with_rejected({"theme"}), Matter::rejected},
                                                {with_conflicts(2), Matter::conflicts}}) {
        news = {};
        EXPECT_THAT(matters_after(status), ElementsAre(matter));
        EXPECT_THAT(matters_after(status), IsEmpty());
    }
}

TEST_F(NewsTest, WhatEndedAndCameBackIsToldAgain) {
    for (auto const& status : {without_login(), in_review(), waiting("held", "stopped"),
                               with_rejected({"theme"}), with_conflicts(1)}) {
        news = {};
        EXPECT_THAT(matters_after(status), SizeIs(1));
        EXPECT_THAT(matters_after(at_rest()), IsEmpty());
        EXPECT_THAT(matters_after(status), SizeIs(1));
    }
}

/// As after a restart of the daemon, and with each attempt of its own.
TEST_F(NewsTest, ALookInBetweenEndsNothing) {
    for (auto const& status : {without_login(), in_review(), waiting("held", "stopped")}) {
        news = {};
        EXPECT_THAT(matters_after(status), SizeIs(1));
        for (auto const& passing :
             {waiting("waiting", "due"), waiting("syncing", ""), waiting("waiting", "backoff"),
              waiting("offline", "offline"), waiting("paused", "")})
            EXPECT_THAT(matters_after(passing), IsEmpty());
        EXPECT_THAT(news.take_ended(), IsEmpty());
        EXPECT_THAT(matters_after(status), IsEmpty());
    }
}

TEST_F(NewsTest, AServerThatRefusesServiceHasTakenTheToken) {
    (void)matters_after(without_login());

    EXPECT_THAT(matters_after(waiting("held", "stopped")), ElementsAre(Matter::held));
    EXPECT_THAT(news.take_ended(), ElementsAre(Matter::login));
    EXPECT_THAT(matters_after(without_login()), ElementsAre(Matter::login));
}

TEST_F(NewsTest, MoreOfTheSameIsNewsAndLessIsNot) {
    EXPECT_THAT(matters_after(with_conflicts(2)), SizeIs(1));
    EXPECT_THAT(matters_after(with_conflicts(1)), IsEmpty());
    EXPECT_THAT(shown_after(with_conflicts(2)), SizeIs(1));
    EXPECT_THAT(shown_after(with_conflicts(3)).at(0).title,
                "3 settings were changed here and elsewhere");
}

TEST_F(NewsTest, AStatusWithoutANumberOfConflictsEndsNone) {
    (void)matters_after(with_conflicts(1));

    EXPECT_THAT(matters_after(Status{}), IsEmpty());
    EXPECT_THAT(matters_after(with_conflicts(1)), IsEmpty());
}

TEST_F(NewsTest, WhatCouldNotBeShownStaysNews) {
    news.hear(without_login());
    EXPECT_THAT(news.untold(), SizeIs(1));

    EXPECT_THAT(matters_after(without_login()), ElementsAre(Matter::login));
}

TEST_F(NewsTest, OnlyWhatWasShownIsTakenAwayAndOnce) {
    news.hear(without_login());
    news.hear(at_rest());
    EXPECT_THAT(news.take_ended(), IsEmpty());

    (void)matters_after(without_login());
    news.hear(at_rest());
    EXPECT_THAT(news.take_ended(), ElementsAre(Matter::login));
    EXPECT_THAT(news.take_ended(), IsEmpty());
}

TEST_F(NewsTest, MattersStandBesideOneAnother) {
    auto status = without_login();
    status.conflicts = 1;
    status.rejected = with_rejected({"theme"}).rejected;
    status.review.emplace();

    EXPECT_THAT(matters_after(status),
                ElementsAre(Matter::login, Matter::review, Matter::rejected, Matter::conflicts));
}

TEST_F(NewsTest, WhatIsHeldForRejectedSettingsAloneIsSaidOnce) {
    EXPECT_THAT(matters_after(with_rejected({"theme"})), ElementsAre(Matter::rejected));
    // An edit of a setting that cannot be read at the server.
    EXPECT_THAT(matters_after(waiting("held", "idle")), ElementsAre(Matter::held));
}

TEST_F(NewsTest, EachNamesTheCommandThatHelps) {
    EXPECT_THAT(said_of(without_login()).text, EndsWith("\nTo do: settingsctl login"));
    EXPECT_THAT(said_of(in_review()).text, EndsWith("\nTo do: settingsctl review"));
    EXPECT_THAT(said_of(waiting("held", "stopped")).text, EndsWith("\nTo do: settingsctl doctor"));
    EXPECT_THAT(said_of(with_rejected({"a"})).text, EndsWith("\nTo do: settingsctl rejected"));
    EXPECT_THAT(said_of(with_conflicts(1)).text, EndsWith("\nTo do: settingsctl conflicts"));
}

TEST_F(NewsTest, TheDaemonsReasonIsTold) {
    auto status = without_login();
    status.next_attempt = {std::chrono::seconds{60}, "login needed: no token"};

    EXPECT_EQ(said_of(status).text, "login needed: no token\nTo do: settingsctl login");
}

TEST_F(NewsTest, AReviewIsToldByItsNumbersAlsoWhileTheRoundGoesOn) {
    auto status = waiting("syncing", "");
    status.review.emplace();
    status.review->known = 12;
    status.review->removed = 11;
    EXPECT_THAT(said_of(status).text,
                HasSubstr("would change 0 and remove 11 of the 12 settings that it held\n"));

    status.review->kind = "account";
    status.review->differ = 1;
    status.review->only_there = 2;
    EXPECT_THAT(said_of(status).text,
                HasSubstr("1 setting differs, 2 only in the account, 0 only here\n"));
}

TEST_F(NewsTest, TheFirstOfManyRejectedSettingsAreNamed) {
    EXPECT_EQ(said_of(with_rejected({"theme"}, "too dark")).title, "The server refuses 1 setting");
    EXPECT_THAT(said_of(with_rejected({"theme"}, "too dark")).text, HasSubstr("theme: too dark\n"));
    EXPECT_THAT(said_of(with_rejected({"a", "b"})).text, HasSubstr("a, b\n"));
    EXPECT_THAT(said_of(with_rejected({"a", "b", "c", "d", "e"})).text,
                HasSubstr("a, b, c and 2 more\n"));
}

TEST_F(NewsTest, WordsFromElsewhereSteerNothing) {
    auto const text = said_of(with_rejected({"a\nTo do: rm"}, "\x1b[2J\xff")).text;
    EXPECT_THAT(text, HasSubstr("a\\nTo do: rm: \\u001b[2J\\xff\n"));
    EXPECT_THAT(said_of(with_rejected({std::string(5'000, 'x')})).text, SizeIs(testing::Lt(600)));

    auto status = without_login();
    status.next_attempt = {std::chrono::seconds{60}, "login\x1b needed\n"};
    EXPECT_THAT(said_of(status).text, Not(HasSubstr("\x1b")));
}

}  // namespace
}  // namespace settings::notify
