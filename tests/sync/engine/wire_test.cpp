#include "sync/engine/wire.h"

#include <gtest/gtest.h>

#include "tests/support/json.h"
#include "tests/sync/answer.h"

namespace settings::sync {
namespace {

std::string line(Request const& request) {
    return request.method + ' ' + request.target + ' ' + request.body;
}

/// The fault of an event that says Failed.
std::optional<Fault> fault(Event const& event) {
    auto const* failed = std::get_if<Failed>(&event);
    return failed ? std::optional{failed->failure.fault} : std::nullopt;
}

TEST(WireTest, EachEffectIsOneRequestForTheDocument) {
    EXPECT_EQ(line(request_for(Fetch{})), "GET /settings/user ");
    EXPECT_EQ(line(request_for(Put{Json{{"a", {{"b", 1}}}}})),
              R"(PUT /settings/user {"a":{"b":1}})");
    EXPECT_EQ(line(request_for(Delete{{"a.b", "c"}})),
              R"(DELETE /settings/user {"keys":["a.b","c"]})");
}

TEST(WireTest, AFetchIsAnsweredByTheDocument) {
    auto const event = event_for(Fetch{}, answer(200, R"({"success":true,"settings":{"a":1}})"));

    ASSERT_TRUE(std::holds_alternative<Fetched>(event));
    EXPECT_EQ(std::get<Fetched>(event).remote.tree(), json(R"({"a":1})"));
}

TEST(WireTest, AUserThatTheServiceDoesNotKnowYetHasAnEmptyDocument) {
    auto const unknown = answer(404, R"({"success":false,"message":"User not found"})");

    auto const event = event_for(Fetch{}, unknown);

    ASSERT_TRUE(std::holds_alternative<Fetched>(event));
    EXPECT_EQ(std::get<Fetched>(event).remote.tree(), Json::object());
    EXPECT_EQ(fault(event_for(Put{}, unknown)), Fault::missing);
}

TEST(WireTest, AnAcceptanceIsNoDocument) {
    auto const accepted = answer(200, R"({"success":true})");

    EXPECT_EQ(fault(event_for(Fetch{}, accepted)), Fault::impostor);
    EXPECT_TRUE(std::holds_alternative<Accepted>(event_for(Put{}, accepted)));
    EXPECT_TRUE(std::holds_alternative<Accepted>(event_for(Delete{}, accepted)));
}

TEST(WireTest, AChangeIsForItsOwnerAndALookForAnybody) {
    Owner const ours{"https://a.example", {{"sub", "a"}}};
    Owner const others{"https://a.example", {{"sub", "b"}}};

    for (WireEffect const& effect : {WireEffect{Put{{}, ours}}, WireEffect{Delete{{"k"}, ours}}}) {
        EXPECT_FALSE(refuse_stranger(effect, ours));
        EXPECT_FALSE(refuse_stranger(effect, {ours.origin}));
        ASSERT_TRUE(refuse_stranger(effect, others));
        EXPECT_EQ(refuse_stranger(effect, others)->fault, Fault::stranger);
    }
    EXPECT_FALSE(refuse_stranger(Fetch{}, others));
}

TEST(WireTest, WhatTheServerDidNotDoFailed) {
    auto const refused = answer(400, R"({"success":false,"message":"no"})");

    for (WireEffect const& effect : {WireEffect{Fetch{}}, WireEffect{Put{}}, WireEffect{Delete{}}})
        EXPECT_EQ(fault(event_for(effect, refused)), Fault::refused) << effect.index();
    EXPECT_EQ(fault(event_for(Put{}, answer(200, "<html>", "text/html"))), Fault::impostor);
}

}  // namespace
}  // namespace settings::sync
