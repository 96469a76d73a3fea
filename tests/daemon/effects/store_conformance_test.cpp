// What the engine may expect of a store: promises that the real one keeps, and the fake one of the
// engine's own tests as well.

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "daemon/effects/store_effects.h"
#include "store/schema.h"
#include "tests/support/json.h"
#include "tests/sync/engine/fake_device.h"

namespace settings::daemon {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;

/// The store of the product, on a database in memory. It has met its owner before.
class RealStore {
  public:
    RealStore() { ledger_.bond().join({}); }

    void edit(std::string const& key, std::optional<Json> value) {
        Edit edit = Erase{{key}};
        if (value) edit = Patch{Json{{key, *value}}};
        ASSERT_TRUE(ledger_.apply(edit, "test"));
    }
    sync::Event carry_out(sync::StoreEffect const& effect, std::string const& memory, Time now) {
        return daemon::carry_out(ledger_, effect, memory, now);
    }
    std::string memory() { return ledger_.memory().recall().value_or(""); }

    /// The real store sees by itself that a document is too different.
    void hold(MassChange) {}

  private:
    store::Connection connection_ = store::open_for_writing(":memory:");
    store::Ledger ledger_{connection_, [] { return std::int64_t{1'000}; }};
};

/// The store of the engine's tests.
class FakeStore {
  public:
    void edit(std::string const& key, std::optional<Json> value) {
        store_.edit(key, std::move(value));
    }
    sync::Event carry_out(sync::StoreEffect const& effect, std::string const& memory, Time now) {
        return store_.carry_out(effect, memory, now);
    }
    std::string memory() { return store_.memory; }

    /// The fake store is told that the next document is too different.
    void hold(MassChange change) { store_.hold = change; }

  private:
    sync::FakeStore store_;
};

template <class Store>
class StoreConformanceTest : public testing::Test {
  protected:
    template <class Event>
    Event ask(sync::StoreEffect const& effect) {
        return std::get<Event>(store.carry_out(effect, "memory", now));
    }

    Reconciled reconcile(std::string_view remote, Judgement judgement = {}) {
        server = json(remote);
        return ask<Reconciled>(sync::Reconcile{{.remote = json(remote), .judgement = judgement}});
    }
    Frozen freeze(std::size_t max_keys = 100, std::size_t skip = 0) {
        return ask<Frozen>(sync::Freeze{{max_keys, skip}});
    }
    Backlog settle(Batch batch) {
        return ask<sync::Settled>(sync::Settle{std::move(batch)}).backlog;
    }
    std::size_t reject(Batch batch, Time retry_at) {
        return ask<SetAside>(sync::Reject{std::move(batch), {400, "no"}, retry_at}).keys;
    }

    /// Sends all that is pending to a server that takes it, so long ago that no doubt is left, and
    /// has a look show it.
    void send() {
        auto batch = freeze().batch;
        for (auto const& [key, local, mirror, refusals, unclear, in_the_way] : batch) {
            if (local)
                server[key] = *local;
            else
                server.erase(key);
        }
        settle(std::move(batch));
        now += 1h;
        reconcile(to_text(server));
    }

    /// Each pending key with what it is here and at the server, as text.
    std::vector<std::string> pending() {
        std::vector<std::string> lines;
        for (auto const& [key, local, mirror, refusals, unclear, in_the_way] : freeze().batch)
            lines.push_back(key + ": " + text(mirror) + " -> " + text(local));
        return lines;
    }

    static std::string text(std::optional<Json> const& value) {
        return value ? to_text(*value) : "nothing";
    }

    Store store;
    Json server = Json::object();  ///< its document, as it was last looked at or sent to
    Time now = 5h;
};

using Stores = testing::Types<RealStore, FakeStore>;
TYPED_TEST_SUITE(StoreConformanceTest, Stores);

TYPED_TEST(StoreConformanceTest, ANewStoreHasNothingToSend) {
    auto const frozen = this->freeze();

    EXPECT_THAT(frozen.batch, IsEmpty());
    EXPECT_FALSE(frozen.retry);
    EXPECT_EQ(frozen.backlog.pending, 0U);
    EXPECT_EQ(frozen.backlog.next_retry, std::nullopt);
    EXPECT_EQ(frozen.backlog.look_at, std::nullopt);
}

TYPED_TEST(StoreConformanceTest, KeepsTheMemoryWithEachEffect) {
    std::vector<sync::StoreEffect> const effects{
        sync::Remember{}, sync::Reconcile{{Json::object()}}, sync::Freeze{{10, 0}}, sync::Settle{},
        sync::Reject{}};
    for (auto const& effect : effects) {
        auto const memory = "of effect " + std::to_string(effect.index());
        static_cast<void>(this->store.carry_out(effect, memory, this->now));
        EXPECT_EQ(this->store.memory(), memory);
    }
}

TYPED_TEST(StoreConformanceTest, AnswersEachEffectWithItsEvent) {
    EXPECT_NO_THROW(this->template ask<sync::Remembered>(sync::Remember{}));
    EXPECT_NO_THROW(this->template ask<sync::Remembered>(sync::Remember{sync::Doubt::answered}));
    EXPECT_NO_THROW(this->reconcile("{}"));
    EXPECT_NO_THROW(static_cast<void>(this->freeze()));
    EXPECT_NO_THROW(this->settle({}));
    EXPECT_NO_THROW(this->reject({}, 1h));
}

TYPED_TEST(StoreConformanceTest, TakesTheOldestEditFirst) {
    this->store.edit("b", 1);
    this->store.edit("a", 1);
    this->store.edit("c", 1);
    this->store.edit("b", 2);

    EXPECT_THAT(this->pending(),
                ElementsAre("a: nothing -> 1", "c: nothing -> 1", "b: nothing -> 2"));
}

TYPED_TEST(StoreConformanceTest, TakesASelectionAndCountsAll) {
    for (auto const* key : {"a", "b", "c", "d"}) this->store.edit(key, 1);

    auto const frozen = this->freeze(2, 1);

    ASSERT_EQ(frozen.batch.size(), 2U);
    EXPECT_EQ(frozen.batch[0].key, "b");
    EXPECT_EQ(frozen.batch[1].key, "c");
    EXPECT_EQ(frozen.backlog.pending, 4U);
    EXPECT_THAT(this->freeze(2, 4).batch, IsEmpty());
}

TYPED_TEST(StoreConformanceTest, WhatWasTakenIsPendingUntilItIsSettled) {
    this->store.edit("a", 1);
    auto const batch = this->freeze().batch;
    EXPECT_THAT(this->pending(), ElementsAre("a: nothing -> 1"));

    EXPECT_EQ(this->settle(batch).pending, 0U);
    EXPECT_THAT(this->pending(), IsEmpty());
}

TYPED_TEST(StoreConformanceTest, AnEditDuringTheFlightStaysPending) {
    this->store.edit("a", 1);
    auto const batch = this->freeze().batch;
    this->store.edit("a", 2);

    EXPECT_EQ(this->settle(batch).pending, 1U);
    EXPECT_THAT(this->pending(), ElementsAre("a: 1 -> 2"));
}

TYPED_TEST(StoreConformanceTest, ARemovalIsPendingAsWell) {
    this->store.edit("a", 1);
    this->send();
    this->store.edit("a", std::nullopt);

    EXPECT_THAT(this->pending(), ElementsAre("a: 1 -> nothing"));
}

TYPED_TEST(StoreConformanceTest, AnEditThatIsTakenBackIsPendingNoMore) {
    this->store.edit("a", 1);
    this->send();
    this->store.edit("a", 2);
    this->store.edit("a", 1);

    EXPECT_THAT(this->pending(), IsEmpty());
}

TYPED_TEST(StoreConformanceTest, WhatTheServerHasIsTakenOverAndNotSentBack) {
    this->store.edit("a", 1);
    this->send();

    EXPECT_FALSE(this->reconcile(R"({"a":2,"b":3})").held);

    EXPECT_THAT(this->pending(), IsEmpty());
    this->store.edit("a", std::nullopt);
    this->store.edit("b", std::nullopt);
    EXPECT_THAT(this->pending(), ElementsAre("a: 2 -> nothing", "b: 3 -> nothing"));
}

TYPED_TEST(StoreConformanceTest, AKeyThatTheServerHasNoMoreGoes) {
    this->store.edit("a", 1);
    this->store.edit("b", 1);
    this->send();

    this->reconcile(R"({"b":1})");

    EXPECT_THAT(this->pending(), IsEmpty());
    this->store.edit("a", 2);
    EXPECT_THAT(this->pending(), ElementsAre("a: nothing -> 2"));
}

TYPED_TEST(StoreConformanceTest, APendingEditOutlivesALook) {
    this->store.edit("a", 1);
    this->store.edit("b", 1);
    this->send();
    this->store.edit("a", 2);
    this->store.edit("b", 2);

    this->reconcile(R"({"a":3})");

    EXPECT_THAT(this->pending(), ElementsAre("a: 3 -> 2", "b: nothing -> 2"));
}

TYPED_TEST(StoreConformanceTest, WhatTheServerHasAlreadyIsPendingNoMore) {
    this->store.edit("a", 1);

    this->reconcile(R"({"a":1})");

    EXPECT_THAT(this->pending(), IsEmpty());
}

TYPED_TEST(StoreConformanceTest, ARefusedKeyIsSetAsideAndTriedAgainAloneWhenItsTimeComes) {
    this->store.edit("bad", 1);
    this->store.edit("worse", 1);
    auto const again = this->now + 25s;

    EXPECT_EQ(this->reject(this->freeze().batch, again), 2U);

    auto const frozen = this->freeze();
    EXPECT_THAT(frozen.batch, IsEmpty());
    EXPECT_EQ(frozen.backlog.pending, 0U);
    EXPECT_EQ(frozen.backlog.next_retry, again);

    this->now = again;
    auto const retried = this->freeze();
    EXPECT_TRUE(retried.retry);
    ASSERT_EQ(retried.batch.size(), 1U);
    EXPECT_EQ(retried.batch[0].refusals, 1U);
    EXPECT_EQ(retried.backlog.pending, 0U);
}

TYPED_TEST(StoreConformanceTest, NothingIsTriedAgainBesideOthersNorPastThem) {
    this->store.edit("bad", 1);
    this->reject(this->freeze().batch, this->now);
    this->store.edit("good", 1);

    EXPECT_THAT(this->pending(), ElementsAre("good: nothing -> 1"));
    EXPECT_FALSE(this->freeze().retry);
    EXPECT_THAT(this->freeze(10, 1).batch, IsEmpty());
}

TYPED_TEST(StoreConformanceTest, CountsTheRefusalsOfAValue) {
    this->store.edit("bad", 1);
    this->reject(this->freeze().batch, this->now);
    this->reject(this->freeze().batch, this->now);
    EXPECT_EQ(this->freeze().batch.at(0).refusals, 2U);

    this->store.edit("bad", 2);

    auto const frozen = this->freeze();
    EXPECT_FALSE(frozen.retry);
    EXPECT_EQ(frozen.batch.at(0).refusals, 0U);
    EXPECT_EQ(frozen.backlog.next_retry, std::nullopt);
}

TYPED_TEST(StoreConformanceTest, WhatWasEditedMeanwhileIsNotSetAside) {
    this->store.edit("a", 1);
    this->store.edit("b", 1);
    auto const batch = this->freeze().batch;
    this->store.edit("a", 2);

    EXPECT_EQ(this->reject(batch, this->now + 1h), 1U);

    EXPECT_THAT(this->pending(), ElementsAre("a: nothing -> 2"));
}

TYPED_TEST(StoreConformanceTest, WhatIsTakenAfterAllIsSetAsideNoMore) {
    this->store.edit("a", 1);
    this->store.edit("b", 1);
    this->reject(this->freeze().batch, this->now);

    EXPECT_EQ(this->settle(this->freeze().batch).next_retry, this->now);
    EXPECT_EQ(this->settle(this->freeze().batch).next_retry, std::nullopt);
}

TYPED_TEST(StoreConformanceTest, WhatTheServerShowsIsSetAsideNoMore) {
    this->store.edit("a", 1);
    this->reject(this->freeze().batch, this->now + 1h);

    this->reconcile(R"({"a":1})");

    EXPECT_EQ(this->freeze().backlog.next_retry, std::nullopt);
}

/// A document of the server that takes away all that was known to be there.
template <class Store>
class StoreReviewTest : public StoreConformanceTest<Store> {
  protected:
    void SetUp() override {
        for (auto const* key : {"a", "b", "c", "d"}) this->store.edit(key, 1);
        this->send();
        this->store.hold({4, 0, 4, 1});
        auto const held = this->reconcile("{}").held;
        ASSERT_TRUE(held);
        ASSERT_EQ(held->removed, 4U);
        document = held->document;
    }

    std::size_t document = 0;
};
TYPED_TEST_SUITE(StoreReviewTest, Stores);

TYPED_TEST(StoreReviewTest, SendsNothingOfWhatItTouchesBeforeThereIsAVerdict) {
    EXPECT_THAT(this->pending(), IsEmpty());
    this->store.edit("a", std::nullopt);
    EXPECT_THAT(this->pending(), IsEmpty());
    EXPECT_EQ(this->freeze().backlog.pending, 0U);

    this->store.edit("new", 1);
    EXPECT_THAT(this->pending(), ElementsAre("new: nothing -> 1"));
}

TYPED_TEST(StoreReviewTest, TakesOverWhatIsRight) {
    EXPECT_FALSE(this->reconcile("{}", {Verdict::apply, this->document}).held);

    EXPECT_THAT(this->pending(), IsEmpty());
    this->store.edit("a", 2);
    EXPECT_THAT(this->pending(), ElementsAre("a: nothing -> 2"));
}

TYPED_TEST(StoreReviewTest, PutsOursBackInThePlaceOfWhatIsWrong) {
    EXPECT_FALSE(this->reconcile("{}", {Verdict::refuse, this->document}).held);

    EXPECT_THAT(this->pending(), ElementsAre("a: nothing -> 1", "b: nothing -> 1",
                                             "c: nothing -> 1", "d: nothing -> 1"));
}

TYPED_TEST(StoreReviewTest, AVerdictOnAnotherDocumentCountsForNothing) {
    EXPECT_TRUE(this->reconcile("{}", {Verdict::apply, this->document + 1}).held);
}

// Whose it is ---------------------------------------------------------------------------------

template <class Store>
class StoreOwnerTest : public StoreConformanceTest<Store> {
  protected:
    Reconciled look(std::string_view remote, std::string const& name,
                    std::optional<Meeting> meeting = std::nullopt) {
        return this->template ask<Reconciled>(sync::Reconcile{
            {.remote = json(remote), .owner = {"", {{"sub", name}}}, .meeting = meeting}});
    }
};
TYPED_TEST_SUITE(StoreOwnerTest, Stores);

TYPED_TEST(StoreOwnerTest, TellsWhoseItIs) {
    EXPECT_EQ(this->look("{}", "a").owner, (Owner{"", {{"sub", "a"}}}));
    EXPECT_EQ(this->reconcile("{}").owner, (Owner{"", {{"sub", "a"}}}));
}

TYPED_TEST(StoreOwnerTest, WritesNothingOfAnotherAccountWithoutAWord) {
    EXPECT_FALSE(this->look("{}", "a").encounter);
    this->store.edit("mine", 1);

    EXPECT_TRUE(this->look(R"({"theirs":1})", "b").encounter);
    EXPECT_TRUE(this->look(R"({"theirs":1})", "b", Meeting::hold).encounter);
    EXPECT_THAT(this->pending(), ElementsAre("mine: nothing -> 1"));
}

TYPED_TEST(StoreOwnerTest, IsTheOtherAccountsAfterTheWord) {
    EXPECT_FALSE(this->look("{}", "a").encounter);

    EXPECT_FALSE(this->look(R"({"theirs":1})", "b", Meeting::merge).encounter);
    EXPECT_FALSE(this->look(R"({"theirs":1})", "b").encounter);
    EXPECT_TRUE(this->look("{}", "a").encounter);
}

}  // namespace
}  // namespace settings::daemon
