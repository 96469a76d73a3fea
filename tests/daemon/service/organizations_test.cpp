#include "daemon/service/organizations.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "tests/sync/answer.h"

namespace settings::daemon {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

constexpr auto forbidden = R"({"success": false, "message": "Insufficient permissions"})";

Json body_of(ipc::Reply const& reply) { return Json::parse(*reply.body); }

std::string message_of(ipc::Reply const& reply) { return body_of(reply).at("message"); }

sync::Answer echoing(std::string const& secret) {
    auto answer = sync::answer(400, R"({"success":false,"message":"bad )" + secret + "\"}");
    answer.secrets = {secret};
    return answer;
}

OrganizationCopy copy(OrganizationCopy::Kind kind) {
    return {.kind = kind, .settings = {{"a", 1}}, .words = "in the service's words"};
}

TEST(OrganizationsTest, WhatTheServiceSaysIsPassedOnAsItIs) {
    auto const reply = reply_to_write(sync::answer(403, forbidden));

    EXPECT_EQ(reply.status, 403U);
    EXPECT_EQ(*reply.body, forbidden);
    EXPECT_EQ(reply.content_type, "application/json");
}

TEST(OrganizationsTest, ItsTimeToComeBackGoesWithIt) {
    auto busy = sync::answer(503, R"({"success":false})");
    EXPECT_EQ(reply_to_write(busy).retry_after, 0s);
    busy.retry_after = "30";
    EXPECT_EQ(reply_to_write(busy).retry_after, 30s);
}

TEST(OrganizationsTest, AGatewaysPageIsToldInTheServicesShape) {
    auto const reply = reply_to_write(sync::answer(502, "<html>bad gateway", "text/html"));

    EXPECT_EQ(reply.status, 502U);
    EXPECT_EQ(body_of(reply).at("success"), false);
    EXPECT_EQ(message_of(reply), "the server answered 502");
    EXPECT_EQ(reply_to_write(sync::answer(500, "{", "application/json")).status, 500U);
}

TEST(OrganizationsTest, NoSecretIsPassedOn) {
    auto const reply = reply_to_write(echoing("a-secret-of-some-length"));

    EXPECT_EQ(reply.status, 400U);
    EXPECT_THAT(*reply.body, Not(HasSubstr("secret-of")));
    EXPECT_THAT(message_of(reply), HasSubstr("[secret]"));
}

TEST(OrganizationsTest, LongSettingsArePassedOnAndLongRefusalsAreCut) {
    auto const body = R"({"success":true,"settings":{"a":")" + std::string(70'000, 'x') + "\"}}";

    EXPECT_EQ(*reply_to_write(sync::answer(200, body)).body, body);
    EXPECT_LT(reply_to_write(sync::answer(400, body)).body->size(), 1'000U);
}

TEST(OrganizationsTest, AServiceWithoutTheCallIsExplained) {
    auto const reply = reply_to_write(sync::answer(404, "<html>", "text/html"));

    EXPECT_EQ(reply.status, 404U);
    EXPECT_THAT(message_of(reply), HasSubstr("knows no settings of organizations"));
    EXPECT_THAT(message_of(reply), HasSubstr("ten minutes"));
    auto known = copy(OrganizationCopy::Kind::unknown);
    known.words.clear();
    EXPECT_EQ(*reply_from(known, 5s, false).body, *reply.body);

    auto const by_service =
        reply_to_write(sync::answer(404, R"({"success":false,"message":"Not found"})"));
    EXPECT_THAT(message_of(by_service), HasSubstr("a day later"));
}

TEST(OrganizationsTest, ARequestWithoutAnAnswerSaysWhetherItMayHaveArrived) {
    using sync::Fault, sync::Failure;
    auto const lost = reply_to_write(Failure{Fault::unknown_outcome, "the connection broke"});
    auto const unsent = reply_to_write(Failure{Fault::offline, "cannot reach example.org"});
    auto const portal = reply_to_write(Failure{Fault::impostor, "a captive portal?", 200});

    for (auto const& reply : {lost, unsent, portal}) {
        EXPECT_EQ(reply.status, 503U);
        EXPECT_EQ(reply.retry_after, 0s) << "nobody knows when";
    }
    EXPECT_EQ(body_of(lost).at("outcome"), "unknown");
    EXPECT_EQ(message_of(lost),
              "whether the service has received this is unknown: the connection broke");
    EXPECT_EQ(body_of(unsent).at("outcome"), "not_sent");
    EXPECT_EQ(message_of(unsent), "nothing was sent to the service: cannot reach example.org");
    EXPECT_EQ(body_of(portal).at("outcome"), "unknown");
}

TEST(OrganizationsTest, AReadWithoutACopyAndAnAnswerSaysWhy) {
    auto const reply =
        reply_to_read(sync::Failure{sync::Fault::offline, "cannot reach example.org"});

    EXPECT_EQ(reply.status, 503U);
    EXPECT_EQ(reply.retry_after, 0s);
    EXPECT_EQ(body_of(reply),
              Json({{"success", false},
                    {"message",
                     "the organization's settings are not on this machine yet: cannot "
                     "reach example.org"}}));
    EXPECT_EQ(*reply_to_read(sync::answer(403, forbidden)).body, forbidden);
}

TEST(OrganizationsTest, ACopySaysHowOldItIsAndWhetherItIsStale) {
    auto const reply = reply_from(copy(OrganizationCopy::Kind::settings), 5s, true);

    EXPECT_EQ(reply.status, 200U);
    EXPECT_EQ(*reply.body, R"({"success":true,"settings":{"a":1},"stale":true})");
    EXPECT_EQ(reply.age, 5s);
    auto const fresh = reply_from(copy(OrganizationCopy::Kind::settings), 0s, false);
    EXPECT_EQ(body_of(fresh).at("stale"), false);
}

TEST(OrganizationsTest, WhoIsInNoOrganizationIsToldInTheServicesWords) {
    auto const reply = reply_from(copy(OrganizationCopy::Kind::none), 5s, false);

    EXPECT_EQ(reply.status, 404U);
    EXPECT_EQ(message_of(reply), "in the service's words");
    EXPECT_EQ(reply.age, 5s);
}

TEST(OrganizationsTest, AChangeIsToldAsAnEntryWithoutARevision) {
    OrganizationChange const change{1'700'000'000'000, {{{"a", "b"}, 1, std::nullopt}}};

    EXPECT_EQ(entry_text(change), R"({"origin":"organization","at":"2023-11-14T22:13:20Z",)"
                                  R"("changes":[{"path":"a.b","old":1}]})");
}

}  // namespace
}  // namespace settings::daemon
