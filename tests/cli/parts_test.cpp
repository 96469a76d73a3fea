#include "cli/parts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "model/limits.h"

namespace settings::cli {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::SizeIs;

/// What becomes of a document when one part after the other is sent.
Json after(Json document, std::vector<ChangeSet> const& parts) {
    for (auto const& part : parts) apply_changes(document, part);
    return document;
}

Json large_object(int members, std::size_t bytes) {
    auto object = Json::object();
    for (int n = 0; n < members; ++n) object["m" + std::to_string(n)] = std::string(bytes, 'x');
    return object;
}

/// What a request with them takes.
std::size_t body_bytes(ChangeSet const& part) {
    Json body{{"edits", Json::array()}};
    for (auto const& change : part) {
        Json edit{{"path", change.path}};
        if (change.after) edit["value"] = *change.after;
        body["edits"].push_back(std::move(edit));
    }
    return body.dump().size();
}

TEST(PartsTest, WhatIsSmallGoesInOne) {
    EXPECT_THAT(parts_of(diff({{"a", 1}}, {{"b", 2}, {"c", {{"d", 3}}}})).value(), SizeIs(1));
    EXPECT_THAT(parts_of({}).value(), SizeIs(0));
}

TEST(PartsTest, EachHasRoomInOneBodyWhateverIsInIt) {
    Json const before{{"app", "a word"}, {"gone", 1}};
    Json wanted{{"list", std::string(900'000, 'l')}, {"small", 1}};
    wanted["app"] = {{"inner", large_object(40, 50'000)}, {"other", 1}};
    wanted["new"] = large_object(700, 2'000);

    auto const parts = parts_of(diff(before, wanted)).value();

    EXPECT_EQ(after(before, parts), wanted);
    for (auto const& part : parts) EXPECT_LT(body_bytes(part), limits::body_bytes);
}

TEST(PartsTest, ManySmallChangesHaveRoomToo) {
    auto const parts = parts_of(diff(Json::object(), large_object(50'000, 1))).value();

    EXPECT_GT(parts.size(), 1U);
    for (auto const& part : parts) EXPECT_LT(body_bytes(part), limits::body_bytes);
}

/// The server may hold it, and one leaf of it may change.
TEST(PartsTest, APlainValueMayChangeHoweverDeepItIs) {
    Json before = 1, after = 2;
    for (int levels = 0; levels < 90; ++levels) {
        before = {{"a", before}};
        after = {{"a", after}};
    }
    EXPECT_THAT(parts_of(diff(before, after)).value(), SizeIs(1));
}

TEST(PartsTest, WhatNoRequestMayCarryIsRefusedBeforeAnythingIsSent) {
    auto const refusal = [](Json value) {
        auto const parts = parts_of(diff(Json::object(), {{"a", 1}, {"b", {{"c", value}}}}));
        return parts ? "none" : parts.error().message();
    };
    Json deep = 1;
    for (int levels = 0; levels < 63; ++levels) deep = Json::array({deep});

    EXPECT_THAT(refusal(std::string(limits::body_bytes, 'x')),
                AllOf(HasSubstr("/b/c"), HasSubstr("1 MiB")));
    EXPECT_THAT(refusal(deep), HasSubstr("64 levels"));
    EXPECT_THAT(parts_of(diff(Json::object(), {{"c", deep}})).value(), SizeIs(1));
}

}  // namespace
}  // namespace settings::cli
