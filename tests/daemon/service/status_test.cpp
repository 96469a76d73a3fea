#include "daemon/service/status.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "ipc/openapi.h"
#include "tests/daemon/service/sync_state.h"

namespace settings::daemon {
namespace {

using namespace std::chrono_literals;

TEST(StatusTest, SaysThatAllIsSynced) {
    auto state = at_noon();
    state.revision = 7;
    state.report.last_success = 1h - 90s;

    EXPECT_EQ(summary(state), "synced");
    auto const told = status(state);
    EXPECT_EQ(told.at("state"), "idle");
    EXPECT_EQ(told.at("waitsFor"), "idle");
    EXPECT_EQ(told.at("revision"), 7);
    EXPECT_EQ(told.at("pending"), 0);
    EXPECT_EQ(told.at("lastSuccess"), "2023-11-14T22:11:50Z");
    EXPECT_TRUE(told.at("lastError").is_null());
    EXPECT_EQ(told.at("nextAttempt").at("inSeconds"), 1500);
    EXPECT_EQ(told.at("server"), "https://example.org");
}

TEST(StatusTest, WhatTheServerAcceptedAndDoesNotShowIsNotSynced) {
    auto state = at_noon();
    state.report.lagging = 2;
    move_to(state, sync::Resting{1h + 5s, sync::Rest::verify});

    EXPECT_EQ(status(state).at("state"), "waiting");
    EXPECT_EQ(summary(state),
              "the server accepted 2 keys and does not show them yet; looked at again in 5 s");

    state.rejected = {{"bad", {400, "no such theme"}, 1'700'000'000'000}};
    EXPECT_EQ(status(state).at("state"), "held");
    EXPECT_THAT(summary(state), testing::EndsWith("looked at again in 5 s"));
}

TEST(StatusTest, SaysWhatItWaitsForAndWhy) {
    auto state = at_noon();
    state.pending = 3;
    state.report.last_failure = {sync::Fault::server_error, "the server answered 500"};
    state.report.last_failure_at = 1h - 1s;
    state.report.failures = 2;

    move_to(state, sync::Resting{1h + 1500ms, sync::Rest::debounce});
    EXPECT_EQ(summary(state), "about to sync 3 keys, in 2 s");
    state.pending = 0;
    EXPECT_EQ(summary(state), "nothing to send; a look at the server in 2 s");
    state.pending = 3;
    move_to(state, sync::Resting{1h + 5min, sync::Rest::backoff});
    EXPECT_EQ(summary(state), "next attempt in 5 min: the server answered 500");
    move_to(state, sync::Resting{1h + 5min, sync::Rest::budget});
    EXPECT_EQ(summary(state),
              "next attempt in 5 min: the server answered 500; too many requests were made lately");
    move_to(state, sync::Resting{1h + 5min, sync::Rest::backoff});
    EXPECT_EQ(status(state).at("state"), "waiting");
    EXPECT_EQ(status(state).at("waitsFor"), "backoff");
    EXPECT_EQ(status(state).at("lastError").at("kind"), "server_error");
    EXPECT_EQ(status(state).at("lastError").at("message"), "the server answered 500");
    EXPECT_EQ(status(state).at("lastError").at("at"), "2023-11-14T22:13:19Z");
    EXPECT_EQ(status(state).at("lastError").at("failuresInARow"), 2);
}

TEST(StatusTest, SaysWhatAPersonHasToDo) {
    auto state = at_noon();
    state.report.token_missing = "no token: put one into /x";
    move_to(state, sync::Resting{2h, sync::Rest::login});

    EXPECT_EQ(summary(state), "login needed: no token: put one into /x");
    EXPECT_EQ(status(state).at("state"), "held");
    EXPECT_EQ(status(state).at("waitsFor"), "login");
}

TEST(StatusTest, SaysWhatWaitsForAVerdict) {
    auto state = at_noon();
    state.report.in_review = MassChange{12, 3, 9, 0, {{{"a.b", "c"}, Json(1)}, {{"long"}, {}}}};
    move_to(state, sync::Resting{2h, sync::Rest::review});

    EXPECT_EQ(summary(state),
              "the server's document would change 3 and remove 9 of the 12 settings that it held");
    EXPECT_EQ(status(state).at("review").at("removed"), 9);
    EXPECT_EQ(status(state).at("review").at("kind"), "removals");
    EXPECT_EQ(status(state).at("review").at("differences").dump(),
              R"([{"path":"/a.b/c","here":1,"gone":true},{"path":"long","gone":true}])");
    EXPECT_EQ(status(state).at("review").at("tag"), "0000000000000000");
}

TEST(StatusTest, NamesTheFirstThousandKeysThatWait) {
    auto state = at_noon();
    state.report.in_review = MassChange{12, 3, 9, 255};
    state.report.in_review->examples = {{{"theme"}, Json(1), Json(2), false}};
    state.report.in_review->keys.assign(1'001, "key");

    auto const shown = review(state);

    EXPECT_EQ(shown.at("keys").size(), 1'000U);
    EXPECT_EQ(shown.at("tag"), "00000000000000ff");
    EXPECT_EQ(shown.at("differences").dump(), R"([{"path":"theme","here":1,"there":2}])");
}

TEST(StatusTest, NothingIsWaitedForWhilePausedOrSyncing) {
    auto state = at_noon();
    move_to(state, sync::Paused{});

    EXPECT_EQ(summary(state), "paused by a person");
    EXPECT_EQ(status(state).at("state"), "paused");
    EXPECT_TRUE(status(state).at("waitsFor").is_null());
    EXPECT_TRUE(status(state).at("nextAttempt").is_null());

    move_to(state, sync::Awaiting{sync::Settling{}});
    EXPECT_EQ(status(state).at("state"), "syncing");
    EXPECT_TRUE(status(state).at("waitsFor").is_null());
}

TEST(StatusTest, CountsWhatTheServerRejectedWithItsWords) {
    auto state = at_noon();
    state.rejected = {{"bad", {400, "no such theme"}, 1'700'000'000'000}};

    EXPECT_EQ(summary(state), "1 key rejected by the server: no such theme; all else is synced");
    EXPECT_EQ(status(state).at("state"), "held");
    state.rejected.front().refusal = {200, "the server accepts it and does not keep it"};
    EXPECT_EQ(summary(state),
              "1 key set aside: the server accepts it and does not keep it; all else is synced");
    state.rejected.front().refusal = {400, "no such theme"};
    state.rejected.push_back({"unclear", {0, "not asked"}, 0});
    EXPECT_THAT(summary(state), testing::StartsWith("2 keys set aside: no such theme; "));
    auto const told = status(state).at("rejected");
    ASSERT_EQ(told.size(), 2U);
    EXPECT_EQ(told[0].at("key"), "bad");
    EXPECT_EQ(told[0].at("status"), 400);
    EXPECT_EQ(told[0].at("message"), "no such theme");
    EXPECT_EQ(told[0].at("at"), "2023-11-14T22:13:20Z");
}

TEST(StatusTest, StaysShortWhateverTheAccountHoldsThatCannotBeRead) {
    auto state = at_noon();
    for (int key = 0; key < 10'000; ++key)
        state.unreadable.emplace("key" + std::to_string(key), "half of a character");
    state.unreadable.emplace(std::string(100'000, 'a'), "half of a character");

    auto const told = status(state);

    EXPECT_LT(told.dump().size(), 10'000U);
    EXPECT_EQ(told.at("unreadable").size(), 20U);
    EXPECT_THAT(summary(state), testing::HasSubstr(" and 10000 keys more cannot be read here"));
}

TEST(StatusTest, AnEditBesideWhatCannotBeReadIsPendingAndNamedFirst) {
    auto state = at_noon();
    state.unreadable = {{"a", "half of a character"}, {"bio", "half of a character"}};
    state.unreadable_edited = {"bio"};
    state.pending_keys = {"bio"};

    EXPECT_EQ(
        summary(state),
        "the server's value of \"bio\" and 1 key more cannot be read here, so 1 key edited here "
        "is not sent; all else is synced");
    auto const told = status(state);
    EXPECT_EQ(told.at("state"), "held");
    EXPECT_EQ(told.at("pending"), 1);
    EXPECT_EQ(told.at("pendingKeys").dump(), R"(["bio"])");

    state.pending = 2;
    EXPECT_THAT(summary(state), testing::EndsWith("; about to sync 2 keys"));
    EXPECT_EQ(status(state).at("pending"), 3);
}

TEST(StatusTest, ATimeThatHasPassedIsNow) {
    auto state = at_noon();
    move_to(state, sync::Resting{1s, sync::Rest::backoff});

    EXPECT_THAT(summary(state), testing::HasSubstr("in 0 s"));
}

/// The words of an enumeration, as the API has them, and those that its description lists.
template <class Enum>
void expect_described(Enum last, nlohmann::json const& schema) {
    std::set<std::string> words;
    for (int each = 0; each <= static_cast<int>(last); ++each)
        words.insert(name_of(static_cast<Enum>(each)));
    std::set<std::string> described;
    for (auto const& word : schema.at("enum"))
        if (!word.is_null()) described.insert(word.get<std::string>());
    EXPECT_EQ(words, described);
}

TEST(StatusTest, TellsWhoseAccountItIs) {
    auto state = at_noon();
    EXPECT_TRUE(status(state).at("account").is_null());

    state.identity = sync::Identity{sync::Identity::Method::password, "7", {}};
    state.identity->note = {"ada@example.org", "acme", "OWNER", "GOOGLE_AUTH", 1'700'000'000s};
    EXPECT_EQ(status(state).at("account").dump(),
              R"({"id":"7","email":"ada@example.org","organization":{"id":"acme","role":"OWNER"},)"
              R"("since":"2023-11-14T22:13:20Z","method":"password","provider":"LOCAL",)"
              R"("secondFactor":"GOOGLE_AUTH"})");

    state.identity->method = sync::Identity::Method::tokens;
    state.identity->note.provider = Provider::github;
    EXPECT_EQ(status(state).at("account").at("provider"), "GITHUB");

    state.identity = sync::Identity{sync::Identity::Method::file, "", {}};
    EXPECT_EQ(status(state).at("account").dump(),
              R"({"id":null,"email":null,"organization":null,"since":null,"method":"file",)"
              R"("provider":null,"secondFactor":null})");
}

TEST(StatusTest, EveryWordForProgramsIsInTheDescriptionOfTheApi) {
    auto const schemas = nlohmann::json::parse(ipc::openapi_json).at("components").at("schemas");

    expect_described(sync::State::paused, schemas.at("Status").at("properties").at("state"));
    expect_described(sync::Rest::stopped, schemas.at("WaitsFor"));
    expect_described(sync::Fault::stranger, schemas.at("LastError").at("properties").at("kind"));
}

}  // namespace
}  // namespace settings::daemon
