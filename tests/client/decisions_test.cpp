#include "settings/decisions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "settings/client.h"
#include "tests/client/fake_daemon.h"

namespace settings::client {
namespace {

using namespace std::chrono;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::StartsWith;

/// Has a client talk to a daemon that gives one answer; keeps what was asked for.
class DecisionsTest : public testing::Test {
  protected:
    Client& client_of(int status, std::string_view body) {
        client.reset();
        daemon.reset();
        daemon.emplace(std::vector<Script>{{.replies = {reply(status, body)}}});
        return client.emplace(daemon->socket_path());
    }

    /// The first line of the one request, and its body.
    std::pair<std::string, std::string> asked() {
        client.reset();
        auto const requests = daemon->stop();
        if (requests.size() != 1) return {"not one request", ""};
        auto const& text = requests.front();
        return {text.substr(0, text.find(" HTTP/1.1")), text.substr(text.find("\r\n\r\n") + 4)};
    }

    std::optional<FakeDaemon> daemon;
    std::optional<Client> client;
};

using Asked = std::pair<std::string, std::string>;

TEST_F(DecisionsTest, ExplainsASettingByItsEncodedPath) {
    auto& answered =
        client_of(200, R"({"success":true,"path":"a.ü&","state":"pending","waitsFor":"offline",
        "because":["durable","offline",7],"unblockedBy":"a network"})");

    auto const told = answered.explain("a.ü&").value();

    EXPECT_EQ(told.path, "a.ü&");
    EXPECT_EQ(told.state, "pending");
    EXPECT_THAT(told.because, ElementsAre("durable", "offline"));
    EXPECT_EQ(told.unblocked_by, "a network");
    EXPECT_EQ(told.waits_for, "offline");
    EXPECT_EQ(told.answer["because"].size(), 3U);
    EXPECT_EQ(asked(), (Asked{"GET /v1/explain?path=a.%C3%BC%26", ""}));
}

TEST_F(DecisionsTest, AnExplanationThatSaysLittleIsNoError) {
    auto const told = explanation_from(Json::parse(R"({"state":1,"because":"x"})"));

    EXPECT_EQ(told.path + told.state + told.waits_for + told.unblocked_by, "");
    EXPECT_TRUE(told.because.empty());
}

TEST_F(DecisionsTest, PausesAndResumes) {
    EXPECT_TRUE(client_of(200, R"({"success":true,"paused":true})").pause());
    EXPECT_EQ(asked(), (Asked{"POST /v1/pause", ""}));

    EXPECT_TRUE(client_of(200, R"({"success":true,"paused":false})").resume());
    EXPECT_EQ(asked(), (Asked{"POST /v1/resume", ""}));
}

TEST_F(DecisionsTest, ListsConflictsWithBothValues) {
    auto& answered = client_of(200, R"({"success":true,"conflicts":[
        {"id":7,"at":"1970-01-01T00:00:09Z","path":"a.b","kept":"ours","base":1,"ours":2,"theirs":null},
        {"id":3,"path":"c","kept":"theirs","theirs":[1]}, "odd"]})");

    auto const conflicts = answered.conflicts().value();

    ASSERT_EQ(conflicts.size(), 3U);
    EXPECT_EQ(conflicts[0].id, 7);
    EXPECT_EQ(conflicts[0].at, Time{9s});
    EXPECT_EQ(conflicts[0].path, "a.b");
    EXPECT_TRUE(conflicts[0].kept_ours);
    EXPECT_EQ(conflicts[0].ours, Json(2));
    EXPECT_EQ(conflicts[0].theirs, Json(nullptr)) << "null is a value";
    EXPECT_EQ(conflicts[0].answer["base"], 1);
    EXPECT_FALSE(conflicts[1].kept_ours);
    EXPECT_EQ(conflicts[1].ours, std::nullopt);
    EXPECT_EQ(conflicts[1].theirs, Json({1}));
    EXPECT_EQ(asked(), (Asked{"GET /v1/conflicts", ""}));
}

TEST_F(DecisionsTest, RestoresAndDiscardsAConflict) {
    EXPECT_EQ(client_of(200, R"({"success":true,"revision":9})").restore_conflict(7).value(), 9);
    EXPECT_EQ(asked(), (Asked{"POST /v1/conflicts", R"({"action":"restore","id":7})"}));

    EXPECT_TRUE(client_of(200, R"({"success":true,"revision":9})").discard_conflict(8));
    EXPECT_EQ(asked(), (Asked{"POST /v1/conflicts", R"({"action":"discard","id":8})"}));
}

TEST_F(DecisionsTest, ListsRetriesAndDiscardsRejectedSettings) {
    auto const list = client_of(200, R"({"success":true,"rejected":[{"key":"a","status":400,
        "message":"no","at":"1970-01-01T00:00:09Z","refusals":2,"retryInSeconds":125}]})")
                          .rejected()
                          .value();
    ASSERT_EQ(list.size(), 1U);
    EXPECT_EQ(list[0].key, "a");
    EXPECT_EQ(list[0].refusals, 2U);
    EXPECT_EQ(list[0].retry_in, 125s);
    EXPECT_EQ(asked(), (Asked{"GET /v1/rejected", ""}));

    EXPECT_EQ(client_of(200, R"({"success":true,"keys":3})").retry_rejected().value(), 3U);
    EXPECT_EQ(asked(), (Asked{"POST /v1/rejected", R"({"action":"retry"})"}));

    EXPECT_TRUE(client_of(200, R"({"success":true,"keys":1})").retry_rejected("a"));
    EXPECT_EQ(asked(), (Asked{"POST /v1/rejected", R"({"action":"retry","key":"a"})"}));

    EXPECT_TRUE(client_of(200, R"({"success":true,"keys":1})").discard_rejected("a"));
    EXPECT_EQ(asked(), (Asked{"POST /v1/rejected", R"({"action":"discard","key":"a"})"}));
}

TEST_F(DecisionsTest, ShowsWhatIsHeldAndDecidesOnIt) {
    auto const held =
        client_of(200, R"({"success":true,"review":{"known":12,"changed":3,"removed":9}})")
            .review()
            .value();
    ASSERT_TRUE(held);
    EXPECT_EQ(held->known, 12U);
    EXPECT_EQ(held->changed, 3U);
    EXPECT_EQ(held->removed, 9U);
    EXPECT_EQ(asked(), (Asked{"GET /v1/review", ""}));
    EXPECT_FALSE(client_of(200, R"({"success":true,"review":null})").review().value());

    EXPECT_TRUE(client_of(200, R"({"success":true})").decide(Verdict::apply));
    EXPECT_EQ(asked(), (Asked{"POST /v1/review", R"({"action":"apply"})"}));
    EXPECT_TRUE(client_of(200, R"({"success":true})").decide(Verdict::refuse));
    EXPECT_EQ(asked(), (Asked{"POST /v1/review", R"({"action":"refuse"})"}));
    for (auto const& [verdict, body] : {std::pair{Verdict::merge, R"({"action":"merge"})"},
                                        std::pair{Verdict::account, R"({"action":"account"})"},
                                        std::pair{Verdict::device, R"({"action":"device"})"}}) {
        ASSERT_TRUE(client_of(200, R"({"success":true})").decide(verdict));
        EXPECT_EQ(asked(), (Asked{"POST /v1/review", body}));
    }
}

TEST_F(DecisionsTest, DecidesAboutSingleSettings) {
    auto const held = client_of(200, R"({"success":true,"review":{"kind":"removals","tag":"7f",
        "keys":["font","theme"],"differences":[{"path":"font","here":1,"gone":true},
        {"path":"theme","here":1,"there":2}]}})")
                          .review()
                          .value()
                          .value();
    EXPECT_EQ(held.tag, "7f");
    EXPECT_THAT(held.keys, ElementsAre("font", "theme"));
    EXPECT_TRUE(held.differences.at(0).is_gone);
    EXPECT_FALSE(held.differences.at(1).is_gone);

    auto& answered = client_of(200, R"({"success":true})");
    EXPECT_TRUE(answered.decide(Decision{Verdict::apply}.keys({"font", "a.b"})));
    EXPECT_EQ(asked(), (Asked{"POST /v1/review", R"({"action":"apply","keys":["font","a.b"]})"}));

    auto& another = client_of(200, R"({"success":true})");
    EXPECT_TRUE(another.decide(Decision{Verdict::merge}.account({"a"}).device({"b", ""})));
    EXPECT_EQ(asked(), (Asked{"POST /v1/review",
                              R"({"account":["a"],"action":"merge","device":["b",""]})"}));
}

/// A list that came out empty must not stand for everything.
TEST_F(DecisionsTest, ADecisionOnNoSettingIsNoneOnAll) {
    auto& answered = client_of(400, R"({"success":false,"message":"keys must list"})");

    EXPECT_FALSE(answered.decide(Decision{Verdict::apply}.keys(std::vector<std::string>{})));

    EXPECT_EQ(asked(), (Asked{"POST /v1/review", R"({"action":"apply","keys":[]})"}));
}

TEST_F(DecisionsTest, ADecisionMayBeOnWhatWasShownAlone) {
    daemon.emplace(
        std::vector<Script>{{.replies = {reply(412, R"({"success":false,"message":"another"})")}}});
    client.emplace(daemon->socket_path());

    auto const decided = client->decide(Decision{Verdict::refuse}.only_if("7f"));

    EXPECT_EQ(decided.error().code(), Errc::stale);
    client.reset();
    EXPECT_THAT(daemon->stop(), ElementsAre(HasSubstr("If-Match: \"7f\"\r\n")));
}

TEST_F(DecisionsTest, TellsWhatTheDaemonRefusesInItsOwnWords) {
    constexpr auto absent = R"({"success":false,"message":"no such conflict"})";

    auto const restored = client_of(404, absent).restore_conflict(1);
    EXPECT_EQ(restored.error().code(), Errc::not_found);
    EXPECT_EQ(restored.error().message(), "no such conflict");
    EXPECT_EQ(client_of(409, absent).decide(Verdict::apply).error().code(), Errc::conflict);
    EXPECT_EQ(client_of(507, absent).pause().error().code(), Errc::storage);
    EXPECT_EQ(client_of(200, R"({"success":true})").conflicts().error().code(), Errc::protocol);
    EXPECT_EQ(client_of(200, R"({"success":true,"keys":"a"})").retry_rejected().error().code(),
              Errc::unknown);
    EXPECT_EQ(client_of(200, "{}").discard_rejected("\xff").error().code(), Errc::refused);
}

TEST_F(DecisionsTest, AnOrderWhoseAnswerWasLostIsNotGivenTwice) {
    auto const list = reply(200, R"({"success":true,"conflicts":[]})");
    FakeDaemon broken{{{.replies = {list, ""}}, {.replies = {list}}}};
    std::optional<Client> one{broken.socket_path()};
    ASSERT_TRUE(one->conflicts());

    EXPECT_EQ(one->restore_conflict(1).error().code(), Errc::unknown);

    one.reset();
    EXPECT_THAT(broken.stop(), ElementsAre(StartsWith("GET "), HasSubstr("restore")));
}

}  // namespace
}  // namespace settings::client
