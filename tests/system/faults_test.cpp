// A server, or a network, that misbehaves: everything arrives in the end, and the requests that it
// took are the fewest that could prove it.

#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using testing::Each;
using testing::ElementsAre;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;
using testing::UnorderedElementsAre;
using testing::Values;

struct Fault {
    char const* name;
    char const* script;
    char const* requests;  ///< that bring one edit home, from a daemon that was in step
};

void PrintTo(Fault const& fault, std::ostream* stream) { *stream << fault.script; }

class FaultTest : public SystemTest, public testing::WithParamInterface<Fault> {};

INSTANTIATE_TEST_SUITE_P(
    Server, FaultTest,
    Values(Fault{"AnswersFiveHundredTwice", "answer 500 twice on PUT", "GET PUT GET PUT GET PUT"},
           Fault{"AnswersFiveHundredToReads", "answer 500 twice on GET", "GET GET GET PUT"},
           Fault{"RefusesOnce", "answer 400 on PUT", "GET PUT GET PUT"},
           Fault{"AsksForPatience", "answer 429 with retry-after 1 on PUT", "GET PUT GET PUT"},
           Fault{"DropsBeforeItAnswers", "drop before answering on PUT", "GET PUT GET PUT"},
           Fault{"LosesTheAnswer", "drop after applying on PUT", "GET PUT GET"},
           Fault{"SendsHalfAHead", "drop after headers on PUT", "GET PUT GET"},
           Fault{"SendsHalfABody", "answer truncated on PUT", "GET PUT GET"},
           Fault{"SendsHalfADocument", "answer truncated twice on GET", "GET GET GET PUT"},
           Fault{"IsBehindATimedOutGateway", "answer 504 after applying on PUT", "GET PUT GET"},
           Fault{"IsBehindACaptivePortal", "answer html on PUT", "GET PUT GET PUT"},
           Fault{"IsACaptivePortal", "answer html twice on GET", "GET GET GET PUT"},
           Fault{"ClaimsNoSuccess", "answer 200 with body '{\"success\":false}' on PUT",
                 "GET PUT GET PUT"},
           Fault{"SpeaksNoHttp", "answer garbage on PUT", "GET PUT GET PUT"}),
    [](auto const& fault) { return fault.param.name; });

TEST_P(FaultTest, AnEditArrivesAllTheSame) {
    boot();
    server->set_faults(GetParam().script);
    Json const document{{"theme", "light"}, {"notifications", {{"email", false}}}};

    patch(device(), document);

    expect_eventually([&] { return server->methods(); }, GetParam().requests);
    expect_eventually([&] { return device().status().pending; }, 0U);
    EXPECT_EQ(server->faults_left(), 0);
    EXPECT_EQ(server->document(), document);
    EXPECT_EQ(device().document(), document);
    EXPECT_THAT(device().status().rejected, IsEmpty());
    expect_no_conflict(device());
}

/// An edit of what is in doubt, made while it is.
TEST_P(FaultTest, ALaterEditOfTheSameSettingWins) {
    boot();
    server->set_faults(GetParam().script);

    patch(device(), {{"theme", "light"}, {"font", 10}});
    expect_eventually([&] { return server->faults_left(); }, 0);
    patch(device(), {{"theme", "dark"}});

    Json const document{{"theme", "dark"}, {"font", 10}};
    expect_eventually([&] { return server->document(); }, document);
    expect_sync(device());
    EXPECT_EQ(device().document(), document);
    expect_no_conflict(device());
}

TEST_P(FaultTest, NothingIsLostByAKillBesides) {
    boot();
    server->set_faults(GetParam().script);
    Json const document{{"theme", "light"}};

    patch(device(), document);
    expect_eventually([&] { return server->faults_left(); }, 0);
    device().kill();
    device().start();

    expect_eventually([&] { return server->document(); }, document);
    expect_sync(device());
    EXPECT_EQ(device().document(), document);
    expect_no_conflict(device());
}

using RefusalTest = SystemTest;

TEST_F(RefusalTest, ARedirectIsNotFollowedAndTheTokenStaysHere) {
    boot();
    auto const elsewhere = trusted_stranger();
    server->set_faults("redirect to " + elsewhere.url() + "/settings/user twice");

    patch(device(), {{"theme", "light"}});

    expect_eventually([&] { return server->document(); }, Json{{"theme", "light"}});
    EXPECT_EQ(server->faults_left(), 0);
    EXPECT_THAT(elsewhere.requests(), IsEmpty());
}

TEST_F(RefusalTest, WhatIsRefusedTwiceIsSetAsideWithTheServersWordsAndTheRestGoesOn) {
    boot();
    server->set_faults("refuse key poison");

    patch(device(), {{"poison", 1}});
    expect_eventually([&] { return device().status().rejected; }, SizeIs(1));
    patch(device(), {{"theme", "light"}});

    expect_eventually([&] { return server->document(); }, Json{{"theme", "light"}});
    auto const status = device().status();
    ASSERT_THAT(status.rejected, SizeIs(1));
    EXPECT_EQ(status.rejected[0].key, "poison");
    EXPECT_EQ(status.rejected[0].status, 400U);
    EXPECT_EQ(status.rejected[0].message, "Failed to partially update user settings");
    EXPECT_EQ(device().document(), Json({{"poison", 1}, {"theme", "light"}}));
}

TEST_F(RefusalTest, WhatWasRefusedIsNotSentAgainUntilItIsEdited) {
    boot();
    server->set_faults("refuse key poison");
    patch(device(), {{"poison", 1}});
    expect_eventually([&] { return device().status().rejected; }, SizeIs(1));
    server->forget_requests();

    auto const outcome = device().client().sync(patience).value();
    EXPECT_FALSE(outcome.synced);
    EXPECT_THAT(outcome.reason, HasSubstr("1 key rejected by the server"));
    EXPECT_THAT(server->writes(), IsEmpty());

    server->set_faults("clear");
    patch(device(), {{"poison", 2}});
    expect_sync(device());
    EXPECT_THAT(device().status().rejected, IsEmpty());
    EXPECT_EQ(server->document(), Json({{"poison", 2}}));
}

TEST_F(RefusalTest, AnEditFreesWhatWasRefusedTogetherWithAPoisonousKey) {
    boot();
    server->set_faults("refuse key poison");
    patch(device(), {{"poison", 1}, {"theme", "light"}});
    expect_eventually([&] { return device().status().pending; }, 0U);

    patch(device(), {{"theme", "dark"}});

    expect_eventually([&] { return server->document(); }, Json{{"theme", "dark"}});
    expect_eventually([&] { return device().status().rejected; },
                      ElementsAre(Field(&client::Status::Rejected::key, "poison")));
}

TEST_F(RefusalTest, RefusedSettingsStayRefusedAcrossARestart) {
    boot();
    server->set_faults("refuse key poison");
    patch(device(), {{"poison", 1}});
    expect_eventually([&] { return device().status().rejected; }, SizeIs(1));
    server->forget_requests();

    device().kill();
    device().start();
    expect_eventually([&] { return device().status().state; }, "held");

    EXPECT_THAT(device().status().rejected, SizeIs(1));
    EXPECT_EQ(device().document(), Json({{"poison", 1}}));
    EXPECT_THAT(server->writes(), IsEmpty());
}

TEST_F(RefusalTest, AForbiddenAccountIsNotAskedAgainSoon) {
    boot();
    server->set_faults("answer 403 forever");

    patch(device(), {{"theme", "light"}});

    expect_eventually([&] { return device().status().state; }, "held");
    EXPECT_THAT(device().status().summary, HasSubstr("the server answered 403"));
    EXPECT_EQ(server->methods(), "GET");
    EXPECT_GE(device().status().next_attempt->in, std::chrono::seconds{90});
}

}  // namespace
}  // namespace settings::system_test
