#include "daemon/driver/organization_copy.h"

#include <gtest/gtest.h>

#include "tests/sync/answer.h"

namespace settings::daemon {
namespace {

using namespace std::chrono_literals;
using Kind = OrganizationCopy::Kind;

Owner const ada{"https://example.org", {{"sub", "ada"}}};
Owner const bob{"https://example.org", {{"sub", "bob"}}};
Instant const noon{1'000s, 1'700'000'000'000};

constexpr auto no_organization =
    R"({"success":false,"message":"User not associated with any organization"})";

std::string success(std::string const& settings) {
    return R"({"success":true,"settings":)" + settings + '}';
}

OrganizationCopy read(sync::Answer const& answer, Owner const& owner = ada) {
    return std::get<OrganizationCopy>(copy_in(answer, owner, noon));
}

OrganizationCopy with(Json settings, Owner const& owner = ada) {
    return {.kind = Kind::settings, .owner = owner, .settings = std::move(settings), .at = noon};
}

/// By the service's own words, or by a gateway's.
OrganizationCopy unknown(std::string words = "Not found") {
    return {.owner = ada, .words = std::move(words), .at = noon};
}

Instant later(std::chrono::milliseconds by_clock, std::chrono::milliseconds by_wall) {
    return {noon.clock + by_clock, noon.unix_now + by_wall.count()};
}

TEST(OrganizationCopyTest, IsWhatTheServiceAnswers) {
    auto const copy = read(sync::answer(200, success(R"({"a":1.0})")));

    EXPECT_EQ(copy.kind, Kind::settings);
    EXPECT_EQ(copy.settings, Json({{"a", 1}}));
    EXPECT_EQ(copy.owner, ada);
    EXPECT_EQ(copy.at.clock, noon.clock);
}

TEST(OrganizationCopyTest, NobodysOrganizationIsToldInTheServicesWords) {
    auto const none = read(sync::answer(404, no_organization));

    EXPECT_EQ(none.kind, Kind::none);
    EXPECT_EQ(none.words, "User not associated with any organization");
    EXPECT_EQ(
        read(sync::answer(404, R"({"success":false,"message":"Organization not found"})")).kind,
        Kind::none);
}

TEST(OrganizationCopyTest, WhatDoesNotKnowTheCallIsTold) {
    for (auto const& answer :
         {sync::answer(404, "<html>", "text/html"), sync::answer(405, "{}"), sync::answer(501, ""),
          sync::answer(404, R"({"success":false,"message":"Not found"})")})
        EXPECT_EQ(read(answer).kind, Kind::unknown) << answer.body;
}

TEST(OrganizationCopyTest, AnyOtherAnswerIsNone) {
    for (auto const& answer :
         {sync::answer(200, "<html>", "text/html"), sync::answer(200, R"({"success":true})"),
          sync::answer(403, R"({"success":false,"message":"no"})"), sync::answer(500, ""),
          sync::answer(410, ""), sync::answer(302, "")})
        EXPECT_TRUE(std::holds_alternative<sync::Failure>(copy_in(answer, ada, noon)))
            << answer.status;
}

TEST(OrganizationCopyTest, AnswersOfWhatIsInFrontOfAServiceReplaceNothingThatItSaid) {
    EXPECT_TRUE(may_replace(std::nullopt, unknown()));
    EXPECT_TRUE(may_replace(unknown(), unknown()));
    EXPECT_TRUE(may_replace(unknown(), with({})));
    EXPECT_FALSE(may_replace(with(Json::object()), unknown()));
    EXPECT_FALSE(may_replace(read(sync::answer(404, no_organization)), unknown()));
    EXPECT_TRUE(may_replace(with(Json::object(), bob), unknown()));
    EXPECT_TRUE(may_replace(with({{"a", 1}}), read(sync::answer(404, no_organization))));
}

TEST(OrganizationCopyTest, OnlyWhatIsMissingIsAskedFor) {
    EXPECT_TRUE(is_to_be_asked(std::nullopt, noon));
    EXPECT_FALSE(is_to_be_asked(with(Json::object()), later(1'000h, 0h)));
    EXPECT_FALSE(is_to_be_asked(unknown(), later(0h, 1'000h))) << "a person has set the clock";
    EXPECT_FALSE(is_to_be_asked(unknown(), later(23h, 0h)));
    EXPECT_TRUE(is_to_be_asked(unknown(), later(24h, 0h)));
    EXPECT_TRUE(is_to_be_asked(unknown(), later(-1h, 0h)));
    EXPECT_FALSE(is_to_be_asked(unknown(""), later(9min, 0h))) << "a gateway's word";
    EXPECT_TRUE(is_to_be_asked(unknown(""), later(10min, 0h)));
}

TEST(OrganizationCopyTest, ItsAgeIsByTheClockThatSaysMore) {
    EXPECT_EQ(age_of(noon, later(1'999ms, 0ms)), 1s);
    EXPECT_EQ(age_of(noon, later(1s, 5s)), 5s);
    EXPECT_EQ(age_of(noon, later(3s, -5s)), 3s);
    EXPECT_EQ(age_of(noon, later(-3s, -5s)), 0s);
}

TEST(OrganizationCopyTest, HandsItsChangesOnWithTheNewest) {
    auto second = with({{"a", 2}});
    auto third = with({{"a", 2}, {"b", true}});

    auto const first_change = hand_on(with({{"a", 1}}), second);
    auto const second_change = hand_on(second, third);

    ASSERT_TRUE(first_change && second_change);
    EXPECT_EQ(first_change->at, noon.unix_now);
    EXPECT_EQ(first_change->changes, (ChangeSet{{{"a"}, 1, 2}}));
    EXPECT_EQ(second_change->changes, (ChangeSet{{{"b"}, std::nullopt, true}}));
    ASSERT_EQ(third.changes.size(), 2U);
    EXPECT_EQ(third.changes.front().changes, first_change->changes);
}

TEST(OrganizationCopyTest, WhatStayedTheSameIsNoChange) {
    auto second = with({{"a", 2}});
    hand_on(with({{"a", 1}}), second);
    auto third = with({{"a", 2}});

    EXPECT_FALSE(hand_on(second, third));
    EXPECT_EQ(third.changes.size(), 1U);
}

TEST(OrganizationCopyTest, WhoLeavesAnOrganizationSeesItsSettingsGo) {
    auto none = read(sync::answer(404, no_organization));

    auto const change = hand_on(with({{"a", 1}}), none);

    ASSERT_TRUE(change);
    EXPECT_EQ(change->changes, (ChangeSet{{{"a"}, 1, std::nullopt}}));
}

TEST(OrganizationCopyTest, NothingOfOneAccountIsHandedToAnother) {
    auto second = with({{"a", 2}});
    hand_on(with({{"a", 1}}), second);
    auto of_bob = with({{"a", 3}}, bob);

    EXPECT_FALSE(hand_on(second, of_bob));
    EXPECT_TRUE(of_bob.changes.empty());
    auto known = with({{"a", 1}});
    EXPECT_FALSE(hand_on(unknown(), known));
}

TEST(OrganizationCopyTest, KeepsAsManyChangesAsHaveRoom) {
    auto last = with({{"a", 0}});
    for (int n = 1; n <= 25; ++n) {
        auto next = with({{"a", n}});
        hand_on(last, next);
        last = std::move(next);
    }
    EXPECT_EQ(last.changes.size(), 20U);
    EXPECT_EQ(last.changes.back().changes.front().after, 25);

    auto large = with({{"a", std::string(50'000, 'x')}});
    EXPECT_TRUE(hand_on(last, large));
    EXPECT_EQ(large.changes.size(), 20U);
    auto larger = with({{"a", std::string(50'000, 'y')}});
    EXPECT_TRUE(hand_on(large, larger));
    EXPECT_TRUE(larger.changes.empty()) << "the newest alone is larger than all may be";
}

TEST(OrganizationCopyTest, OutlivesTheProcessAsText) {
    auto second = with({{"a.b", 2}});
    hand_on(with({{"a.b", {{"c", 1}}}}), second);
    auto const copy = copy_from(text_of(second));

    ASSERT_TRUE(copy);
    EXPECT_EQ(text_of(*copy), text_of(second));
    EXPECT_EQ(copy->kind, Kind::settings);
    EXPECT_EQ(copy->owner, ada);
    EXPECT_EQ(copy->settings, second.settings);
    EXPECT_EQ(copy->at.unix_now, noon.unix_now);
    EXPECT_EQ(copy->changes.front().changes, second.changes.front().changes);
    auto const none = copy_from(text_of(read(sync::answer(404, no_organization))));
    EXPECT_EQ(none->kind, Kind::none);
    EXPECT_EQ(none->words, "User not associated with any organization");
    EXPECT_EQ(copy_from(text_of(unknown()))->kind, Kind::unknown);
}

TEST(OrganizationCopyTest, OfAnyOtherTextThereIsNoCopy) {
    auto const text = text_of(with({{"a", 1}}));
    auto const without = [&](char const* name) {
        auto stored = Json::parse(text);
        stored.erase(name);
        return stored.dump();
    };
    auto const instead = [&](char const* name, Json const& value) {
        auto stored = Json::parse(text);
        stored[name] = value;
        return stored.dump();
    };
    EXPECT_TRUE(copy_from(text));
    EXPECT_FALSE(copy_from(""));
    EXPECT_FALSE(copy_from("[]"));
    EXPECT_FALSE(copy_from(text.substr(1)));
    for (auto const* name : {"kind", "owner", "settings", "words", "clock", "unix", "changes"}) {
        EXPECT_FALSE(copy_from(without(name))) << name;
        EXPECT_FALSE(copy_from(instead(name, Json::array({1})))) << name;
    }
    EXPECT_FALSE(copy_from(instead("unix", -1)));
    EXPECT_FALSE(copy_from(instead("clock", std::int64_t{1} << 62)));
    EXPECT_FALSE(copy_from(
        instead("changes", Json::array({{{"at", 1}, {"changes", {{{"path", Json::array()}}}}}}))));
}

}  // namespace
}  // namespace settings::daemon
