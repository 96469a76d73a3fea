#include "client/calls.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace settings::client {
namespace {

using namespace std::chrono_literals;
using testing::IsEmpty;

std::string body(auto const& call) { return call.request->body; }

std::string target(auto const& call) { return call.request->target; }

/// The headers besides those that every request has, as "Name: value" lines.
std::string headers(auto const& call) {
    std::string text;
    for (auto const& header : call.request->headers)
        text += std::string{header.name} + ": " + header.value + '\n';
    return text;
}

Reply good(std::string text) { return {.status = 200, .etag = {}, .body = std::move(text)}; }

TEST(CallsTest, ASnapshotKnowsItsTag) {
    auto const text = R"({"success":true,"settings":{"a":1}})";
    auto const read = calls::snapshot().read;

    auto const snapshot = read({200, "\"41-x\"", text}).value();

    EXPECT_EQ(snapshot.tag, "41-x");
    EXPECT_EQ(snapshot.settings, Json({{"a", 1}}));
    for (auto const* etag : {"", "\"\"", "41", "W/\"41\""})
        EXPECT_EQ(read({200, etag, text}).error().code(), Errc::protocol) << etag;
}

TEST(CallsTest, TheOrganizationsSettingsTellHowOldTheyAre) {
    auto const read = calls::organization().read;
    Reply reply = good(R"({"success":true,"settings":{"a":1},"stale":true})");
    reply.age = "65";

    auto const told = read(reply).value();

    EXPECT_EQ(told.settings, Json({{"a", 1}}));
    EXPECT_EQ(told.age, 65s);
    EXPECT_TRUE(told.is_stale);
    EXPECT_EQ(read(good(R"({"success":true})")).error().code(), Errc::protocol);
}

TEST(CallsTest, AWriteForTheOrganizationIsSentOnce) {
    EXPECT_EQ(calls::patch_organization({{"a", 1}}).request->method, "PUT");
    EXPECT_EQ(target(calls::patch_organization({{"a", 1}})), "/settings/organization");
    EXPECT_EQ(body(calls::patch_organization({{"a", 1}})), R"({"a":1})");
    EXPECT_EQ(body(calls::replace_organization({{"a", 1}})), R"({"settings":{"a":1}})");
    auto const erase = calls::erase_organization({"a.b"});
    EXPECT_EQ(body(erase), R"({"keys":["a.b"]})");
    EXPECT_FALSE(erase.request->repeatable);
    auto const lost = erase.read({503, {}, R"({"success":false,"outcome":"unknown"})"});
    EXPECT_EQ(lost.error().code(), Errc::unknown);
    auto const unsent = erase.read({503, {}, R"({"success":false,"outcome":"not_sent"})"});
    EXPECT_EQ(unsent.error().code(), Errc::busy);
}

TEST(CallsTest, SetLeavesThePathToTheDaemon) {
    EXPECT_EQ(body(calls::set("a.b.c", {{"x", 1}})),
              R"({"edits":[{"path":"a.b.c","value":{"x":1}}]})");
    EXPECT_EQ(body(calls::set("/a.b", Json::array({1}))),
              R"({"edits":[{"path":"/a.b","value":[1]}]})");
    EXPECT_EQ(calls::set("a", 1).request->method, "PATCH");
    EXPECT_EQ(calls::set("a", 1).request->target, "/v1/settings");
}

TEST(CallsTest, AnAssignmentWithoutAValueIsARemoval) {
    EXPECT_EQ(body(calls::assign({{"a", nullptr}, Assignment::removal("b")}, 1s)),
              R"({"edits":[{"path":"a","value":null},{"path":"b"}]})");
}

TEST(CallsTest, AWriteAsksForAReceiptAndACondition) {
    auto const call = calls::erase({"a"}, WriteOptions{30s}.only_if("7-x"));

    EXPECT_EQ(headers(call), "If-Match: \"7-x\"\nPrefer: wait=30\n");
    EXPECT_EQ(headers(calls::erase({"a"}, WriteOptions{0s})), "Prefer: wait=0\n");
    EXPECT_EQ(headers(calls::erase({"a"}, WriteOptions{})), "");
    EXPECT_EQ(call.patience, 30s);
    EXPECT_FALSE(call.request->repeatable);
    EXPECT_THAT(headers(calls::patch({{"a", 1}}, WriteOptions{})), IsEmpty());
    EXPECT_EQ(headers(calls::replace({{"a", 1}}, WriteOptions{1s})), "Prefer: wait=1\n");
}

TEST(CallsTest, AReceiptSaysWhetherTheServerHasIt) {
    auto const read = calls::patch({}, WriteOptions{}).read;

    auto const synced = read(good(R"({"success":true,"revision":5,"synced":true})")).value();
    EXPECT_EQ(synced.revision, 5);
    EXPECT_TRUE(synced.synced);

    auto const waits =
        read(good(R"({"success":true,"revision":5,"synced":false,"reason":"offline"})")).value();
    EXPECT_FALSE(waits.synced);
    EXPECT_EQ(waits.reason, "offline");

    EXPECT_FALSE(read(good(R"({"success":true,"revision":5})")).value().synced);
}

TEST(CallsTest, AsksForAStretchOfTheJournal) {
    EXPECT_EQ(target(calls::journal({})), "/v1/journal");
    EXPECT_EQ(target(calls::journal(JournalQuery{}.since(0).limit(20).path("a.ü"))),
              "/v1/journal?since=0&limit=20&path=a.%C3%BC");
    EXPECT_EQ(target(calls::journal(JournalQuery{}.path("a+b c"))), "/v1/journal?path=a%2Bb%20c");
}

TEST(CallsTest, AJournalWithoutEntriesIsNotUnderstood) {
    auto const read = calls::journal({}).read;

    EXPECT_EQ(read(good(R"({"success":true,"entries":[],"revision":3})")).value().revision, 3);
    EXPECT_EQ(read(good(R"({"success":true})")).error().code(), Errc::protocol);
}

TEST(CallsTest, UndoesARevisionABurstOrEverythingSinceATime) {
    using namespace std::chrono;
    Time const evening = sys_days{2026y / 11 / 23} + 19h;

    EXPECT_EQ(body(calls::undo(7)), R"({"revision":7})");
    EXPECT_EQ(body(calls::undo(UndoOrder{7}.burst().force())),
              R"({"burst":true,"force":true,"revision":7})");
    EXPECT_EQ(body(calls::undo(UndoOrder{}.since(evening))), R"({"since":"2026-11-23T19:00:00Z"})");
    EXPECT_EQ(body(calls::undo(UndoOrder{}.since(sys_days{0y / 1 / 1}))),
              R"({"since":"1970-01-01T00:00:00Z"})");
    EXPECT_EQ(body(calls::undo(UndoOrder{}.since(sys_days{10000y / 1 / 1}))),
              R"({"since":"9999-12-31T00:00:00Z"})");
    EXPECT_EQ(headers(calls::undo(UndoOrder{7}.wait(9s))), "Prefer: wait=9\n");
    EXPECT_FALSE(calls::undo(7).request->repeatable);
    EXPECT_EQ(body(calls::undo({})), "{}");
    EXPECT_EQ(body(calls::undo(UndoOrder{}.dry_run())), R"({"dryRun":true})");
    EXPECT_EQ(headers(calls::undo(UndoOrder{}.only_if("5"))), "If-Match: \"5\"\n");
}

TEST(CallsTest, ATagThatWouldBreakTheHeaderIsNotSent) {
    for (Tag const tag : {"1\r\nX: y", "1\", \"2", "1 2", "\x7f", "caf\xc3\xa9"}) {
        EXPECT_EQ(calls::patch({}, tag).request.error().code(), Errc::refused) << tag;
        EXPECT_EQ(calls::undo(UndoOrder{}.only_if(tag)).request.error().code(), Errc::refused);
        EXPECT_EQ(calls::put("a", 1, {1, tag}).request.error().code(), Errc::refused);
        EXPECT_EQ(calls::decide(Decision{Verdict::apply}.only_if(tag)).request.error().code(),
                  Errc::refused);
    }
}

TEST(CallsTest, AnUndoSaysHowManyRevisionsItUndid) {
    auto const read = calls::undo({}).read;

    auto const undone = read(good(R"({"success":true,"revision":58,"undone":3})")).value();
    EXPECT_EQ(undone.revision, 58);
    EXPECT_EQ(undone.undone, 3U);
    auto const told = read(good(R"({"success":true,"revision":5,"undone":1,)"
                                R"("changes":[{"path":"a","old":2,"new":1}]})"));
    EXPECT_EQ(told.value().changes.at(0).after, 1);

    EXPECT_EQ(read(good(R"({"success":true,"revision":58})")).error().code(), Errc::protocol);
    EXPECT_EQ(read({409, "", R"({"message":"a was changed"})"}).error().code(), Errc::conflict);
    EXPECT_EQ(read({404, "", R"({"message":"gone"})"}).error().code(), Errc::not_found);
}

}  // namespace
}  // namespace settings::client
