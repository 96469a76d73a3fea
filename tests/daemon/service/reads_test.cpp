#include "daemon/service/reads.h"

#include <gmock/gmock.h>

#include <future>
#include <utility>

#include "model/value_tag.h"
#include "tests/daemon/service/service_fixture.h"

namespace settings::daemon {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class ReadsTest : public ServiceFixture {
  protected:
    Json explained(std::string const& path) { return body_of(finish(reads.explanation({path}))); }

    /// The page of the journal, and the revisions on it.
    Json page(ipc::ReadJournal const& asked) { return body_of(finish(reads.journal(asked))); }
    std::vector<Revision> revisions(ipc::ReadJournal const& asked) {
        auto const told = page(asked);
        std::vector<Revision> list;
        for (auto const& entry : told.at("entries")) list.push_back(entry.at("revision"));
        return list;
    }

    ipc::Reply value(ipc::ReadPath asked) { return finish(reads.value(std::move(asked))); }

    Reads reads{view, reader, overview, worker};
};

/// The condition of If-None-Match.
ipc::Condition unless(std::string_view tags) { return {std::nullopt, tags}; }

TEST_F(ReadsTest, RendersTheDocumentOncePerRevision) {
    patch({{"a", 1}});
    auto const first = reads.document({});

    EXPECT_EQ(*first.body, R"({"success":true,"settings":{"a":1}})");
    EXPECT_EQ(first.etag, text_of(view.tag()));
    EXPECT_EQ(reads.document({}).body, first.body);

    patch({{"a", 2}});
    EXPECT_EQ(*reads.document({}).body, R"({"success":true,"settings":{"a":2}})");
}

TEST_F(ReadsTest, SaysNotModifiedToOneWhoHasTheRevision) {
    patch({{"a", 1}});

    EXPECT_EQ(reads.document({unless('"' + text_of(view.tag()) + '"')}).status, 304);
    EXPECT_EQ(reads.document({unless('"' + text_of(view.tag()) + '"')}).body, nullptr);
    EXPECT_EQ(reads.document({unless(R"("0")")}).status, 200);
    EXPECT_EQ(reads.document({unless(R"("1")")}).status, 200) << "a number is of no store";
    EXPECT_EQ(reads.document({unless('"' + text_of(Tag{1, 7}) + '"')}).status, 200);
}

TEST_F(ReadsTest, AValueHasATagOfItsOwnWhichOtherEditsLeaveAlone) {
    patch({{"a", {{"x", 1}, {"y", 2}}}});
    auto const tag = value({"a.x", {}}).etag;
    EXPECT_EQ(tag, value_tag("1"));

    patch({{"b", 1}, {"a", {{"y", 3}}}});
    EXPECT_EQ(value({"a.x", {}}).etag, tag);
    auto const known = value({"a.x", unless('"' + tag + '"')});
    EXPECT_EQ(known.status, 304);
    EXPECT_EQ(known.body, nullptr);
    EXPECT_EQ(known.etag, tag);

    patch({{"a", {{"x", 2}}}});
    EXPECT_NE(value({"a.x", {}}).etag, tag);
    EXPECT_EQ(value({"a.x", unless('"' + tag + '"')}).status, 200);
}

TEST_F(ReadsTest, AConditionOnAValueMayNameTheDocument) {
    patch({{"a", 1}});
    auto const document = '"' + text_of(view.tag()) + '"';

    EXPECT_EQ(value({"a", unless(document)}).status, 304);
    EXPECT_EQ(value({"a", unless(document)}).etag, value_tag("1"));
    EXPECT_EQ(value({"a", {document, std::nullopt}}).status, 200);
    patch({{"b", 1}});
    EXPECT_EQ(value({"a", unless(document)}).status, 200);
    auto const moved_on = value({"a", {document, std::nullopt}});
    EXPECT_EQ(moved_on.status, 412);
    EXPECT_EQ(moved_on.etag, value_tag("1"));
    EXPECT_THAT(message_of(moved_on), HasSubstr("\"a\" is not what If-Match names"));
}

TEST_F(ReadsTest, GivesTheValueAtAPath) {
    patch({{"a", {{"x", 1}}}});

    EXPECT_EQ(*value({"a.x", {}}).body, R"({"success":true,"path":"a.x","value":1,"revision":1})");
    EXPECT_EQ(value({"a.y", {}}).status, 404);
    EXPECT_THAT(message_of(value({"a.y", unless('"' + text_of(view.tag()) + '"')})),
                HasSubstr("\"a.y\""));
}

TEST_F(ReadsTest, TellsTheNewestOfTheHistoryFirstToLast) {
    for (int i = 1; i <= 50; ++i) patch({{"count", i}});

    EXPECT_THAT(revisions({{}, 3, ""}), ElementsAre(48, 49, 50));
    EXPECT_EQ(page({{}, 3, ""}).at("more"), true);
    EXPECT_EQ(page({{}, 50, ""}).at("more"), false);
    EXPECT_EQ(page({{}, 50, ""}).at("oldest"), 1);
    EXPECT_EQ(page({{}, 50, ""}).at("revision"), 50);
}

TEST_F(ReadsTest, TellsWhatFollowsARevision) {
    for (int i = 1; i <= 50; ++i) patch({{"count", i}});

    EXPECT_THAT(revisions({10, 3, ""}), ElementsAre(11, 12, 13));
    EXPECT_THAT(revisions({48, 100, ""}), ElementsAre(49, 50));
    EXPECT_THAT(revisions({50, 100, ""}), IsEmpty());
}

TEST_F(ReadsTest, FindsWhatConcernsAPathHoweverFarAway) {
    patch({{"rare", {{"x", 1}}}});
    for (int i = 1; i <= 50; ++i) patch({{"count", i}});

    EXPECT_THAT(revisions({{}, 10, "rare.x"}), ElementsAre(1));
    EXPECT_THAT(revisions({0, 10, "rare.x"}), ElementsAre(1));
    EXPECT_THAT(revisions({0, 10, "rare.y"}), IsEmpty());
}

TEST_F(ReadsTest, TellsTheStateOfSyncToPeopleAndToPrometheus) {
    patch({{"a", 1}});

    EXPECT_EQ(body_of(reads.status()).at("pending"), 1);
    EXPECT_EQ(body_of(reads.status()).at("server"), "https://example.org");
    EXPECT_THAT(std::string{reads.metrics().content_type}, StartsWith("text/plain; version=0.0.4"));
    EXPECT_THAT(*reads.metrics().body, HasSubstr("settingsd_"));
}

TEST_F(ReadsTest, WhatIsHeldIsShownBesideTheSettingsOfNow) {
    patch({{"a", {{"x.y", 1}}}, {"b", 1}, {"large", std::string(5'000, 'x')}});
    sync.reported.encounter = Encounter{Encounter::Kind::account};
    sync.reported.encounter->examples = {{{"a", "x.y"}, 7, 2}, {{"gone"}, 7, 2}, {{"large"}, 7, 2}};
    sync.reported.in_review = MassChange{.examples = {{{"b"}, 7}}};

    auto const& report = overview.now().report;

    EXPECT_EQ(report.encounter->examples[0].ours, Json(1));
    EXPECT_EQ(report.encounter->examples[1].ours, std::nullopt);
    EXPECT_EQ(report.encounter->examples[2].ours, Json(7)) << "as it was: to read it takes long";
    EXPECT_EQ(report.in_review->examples[0].ours, Json(1));
}

TEST_F(ReadsTest, ExplainsASettingInsideAKey) {
    patch({{"a", {{"x", 1}, {"y", 1}}}});
    send();
    EXPECT_EQ(explained("a.x").at("state"), "synced");

    patch({{"a", {{"x", 2}}}});
    EXPECT_EQ(explained("a.x").at("state"), "pending");
    EXPECT_EQ(explained("a.y").at("state"), "synced");
    EXPECT_EQ(explained("a.z").at("state"), "absent");
}

TEST_F(ReadsTest, ExplainsTheReadingOfADottedPathThatHasAValue) {
    patch({{"a.b", 1}, {"a", {{"b", 1}}}});
    send();
    commit([](store::Ledger& ledger) {
        ASSERT_TRUE(ledger.apply(Replace{{{"a", {{"b", 1}}}}}, "test"));
    });

    EXPECT_EQ(explained("a.b").at("state"), "synced");
}

TEST_F(ReadsTest, ExplainsARemovalThatTheServerDoesNotKnowOf) {
    patch({{"a.b", 1}});
    send();
    commit(
        [](store::Ledger& ledger) { ASSERT_TRUE(ledger.apply(Replace{Json::object()}, "test")); });

    EXPECT_EQ(explained("a.b").at("state"), "pending");
    EXPECT_THAT(explained("a.b").at("because").at(0), StartsWith("removed on this machine"));
}

/// While the worker is held, ordinary reads go on, and large ones wait.
class LargeReadsTest : public ReadsTest {
  protected:
    LargeReadsTest() {
        patch({{"small", 1}, {"large", {{"text", std::string(loop::Worker::large, 'x')}}}});
    }
    ~LargeReadsTest() override { release(); }

    void hold_worker() {
        worker.post(
            loop::Worker::large, [held = held_.get_future().share()] { held.wait(); }, [] {});
    }
    void release() {
        if (!std::exchange(is_released_, true)) held_.set_value();
    }

    /// Begins a read, and returns it once an ordinary one that came later was answered.
    Pending overtaken(Answer task) {
        hold_worker();
        auto large = start(std::move(task));
        EXPECT_EQ(body_of(value({"small", {}})).at("value"), 1);
        EXPECT_FALSE(large->has_value()) << "it is as small as others";
        return large;
    }

  private:
    std::promise<void> held_;
    bool is_released_ = false;
};

TEST_F(LargeReadsTest, OneOfAValueHoldsUpNobody) {
    auto const large = overtaken(reads.value({"large.text", {}}));
    patch({{"large", {{"text", "another"}}}});
    release();

    auto const told = body_of(finish(large));
    EXPECT_EQ(told.at("value"), std::string(loop::Worker::large, 'x'));
    EXPECT_EQ(told.at("revision"), 1) << "the value of the moment in which it was asked for";
    EXPECT_EQ(value({"large.text", {}}).etag, value_tag(R"("another")"));
}

TEST_F(LargeReadsTest, OneOfTheHistoryHoldsUpNobody) {
    auto const large = overtaken(reads.journal({{}, 10, ""}));
    release();

    EXPECT_EQ(body_of(finish(large)).at("entries").size(), 1U);
}

TEST_F(LargeReadsTest, OneOfTheDifferenceHoldsUpNobody) {
    auto const large = overtaken(reads.difference());
    release();

    EXPECT_EQ(body_of(finish(large)).at("changes").size(), 2U);
}

TEST_F(LargeReadsTest, AnExplanationHoldsUpNobodyAndIsOfOneMoment) {
    auto const large = overtaken(reads.explanation({"large.text"}));
    send();
    release();

    EXPECT_EQ(body_of(finish(large)).at("state"), "pending");
    EXPECT_EQ(explained("large.text").at("state"), "synced");
}

}  // namespace
}  // namespace settings::daemon
