#include "sync/engine/search.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>
#include <deque>
#include <set>

namespace settings::sync {
namespace {

/// What one search came to, with a server that refuses these keys, by their numbers.
struct Outcome {
    std::set<int> convicted, delivered;
    unsigned requests = 0;
    bool takes_nothing = false;
};

class SearchTest : public testing::Test {
  protected:
    static std::set<int> range(int from, int to) {
        std::set<int> numbers;
        for (int n = from; n < to; ++n) numbers.insert(n);
        return numbers;
    }

    /// Sends what the search asks for until nothing is pending, or it says that nothing is taken.
    Outcome run(int keys, std::set<int> const& guilty, bool takes_an_update_of_nothing = true) {
        std::deque<int> pending;
        for (int n = 0; n < keys; ++n) pending.push_back(n);
        Outcome outcome;
        while (!pending.empty() && outcome.requests < 10'000) {
            auto const batch = take(pending);
            if (batch.empty()) {
                search.start_over();
                continue;
            }
            ++outcome.requests;
            bool const is_refused = std::any_of(batch.begin(), batch.end(), [&](auto const& each) {
                return guilty.contains(std::stoi(each.key));
            });
            if (!is_refused) {
                search.accepted(batch.size());
                move(batch, pending, outcome.delivered);
            } else if (refuse(batch, pending.size(), takes_an_update_of_nothing, outcome)) {
                outcome.takes_nothing = true;
                return outcome;
            }
            move(search.convicted(), pending, outcome.convicted);
        }
        return outcome;
    }

    Search search{500};

  private:
    Batch take(std::deque<int> const& pending) const {
        auto const [max_keys, skip] = search.selection();
        Batch batch;
        for (auto n = skip; n < pending.size() && batch.size() < max_keys; ++n)
            batch.push_back({std::to_string(pending[n]), Json(1), {}});
        return batch;
    }

    /// True when nothing is accepted.
    bool refuse(Batch const& batch, std::size_t pending, bool takes_nothing, Outcome& outcome) {
        auto const finding = search.refused(batch, pending);
        if (finding != Search::Finding::ask) return finding == Search::Finding::nothing;
        ++outcome.requests;
        if (takes_nothing) search.accepted(0);
        if (!takes_nothing) search.nothing_is_accepted();
        return !takes_nothing;
    }

    static void move(Batch const& batch, std::deque<int>& pending, std::set<int>& to) {
        for (auto const& each : batch) {
            std::erase(pending, std::stoi(each.key));
            to.insert(std::stoi(each.key));
        }
    }
};

TEST_F(SearchTest, FindsOneGuiltyKeyWhereverItIs) {
    for (int keys = 2; keys <= 200; keys = keys < 20 ? keys + 1 : keys + 45) {
        for (int guilty = 0; guilty < keys; ++guilty) {
            search = Search{500};

            auto const outcome = run(keys, {guilty});

            EXPECT_EQ(outcome.convicted, std::set<int>{guilty}) << keys;
            EXPECT_EQ(outcome.delivered.size(), static_cast<std::size_t>(keys - 1));
            EXPECT_LE(outcome.requests, 2 * std::log2(keys) + 4) << guilty << " of " << keys;
        }
    }
}

TEST_F(SearchTest, FindsManyGuiltyKeys) {
    std::set<int> odd;
    for (int n = 1; n < 200; n += 2) odd.insert(n);
    for (auto const& guilty :
         {range(0, 100), range(100, 200), range(50, 150), range(0, 199), odd}) {
        search = Search{500};

        auto const outcome = run(200, guilty);

        EXPECT_EQ(outcome.convicted, guilty);
        EXPECT_FALSE(outcome.takes_nothing);
        EXPECT_LE(outcome.requests, 100 * 10U);
    }
}

TEST_F(SearchTest, ConvictsNobodyWhenEveryKeyIsRefused) {
    for (int const keys : {2, 3, 10, 200}) {
        search = Search{500};

        auto const outcome = run(keys, range(0, keys), /*takes_an_update_of_nothing=*/false);

        EXPECT_TRUE(outcome.takes_nothing);
        EXPECT_TRUE(search.takes_nothing());
        EXPECT_THAT(outcome.convicted, testing::IsEmpty());
        EXPECT_LE(outcome.requests, 2 * std::log2(keys) + 4);
    }
}

TEST_F(SearchTest, AnUpdateOfNothingDecidesOnASingleKey) {
    EXPECT_EQ(run(1, {0}).convicted, std::set{0});
    search = Search{500};
    EXPECT_THAT(run(1, {0}, false).convicted, testing::IsEmpty());
}

TEST_F(SearchTest, AnUpdateOfNothingProvesNothingAboutSeveralKeys) {
    for (int const keys : {2, 3, 50}) {
        search = Search{500};
        EXPECT_THAT(run(keys, range(0, keys)).convicted, testing::IsEmpty());
    }
}

TEST_F(SearchTest, WhoWasAccusedInAnEarlierRoundIsNotConvictedForIt) {
    Batch const one{{"a", Json(1), {}}};
    EXPECT_EQ(search.refused(one, 2), Search::Finding::go_on);
    search.end_of_round();
    search.accepted(1);

    EXPECT_THAT(search.convicted(), testing::IsEmpty());
}

TEST_F(SearchTest, WhatWasAcceptedInAnEarlierRoundProvesNothing) {
    search.accepted(1);
    search.end_of_round();

    EXPECT_THAT(run(2, {0, 1}, false).convicted, testing::IsEmpty());
}

TEST_F(SearchTest, TriesTheLastKeyBeforeItSaysThatNothingIsTaken) {
    auto const outcome = run(3, {0, 1}, /*takes_an_update_of_nothing=*/false);

    EXPECT_EQ(outcome.convicted, (std::set{0, 1}));
    EXPECT_EQ(outcome.delivered, std::set{2});
}

TEST_F(SearchTest, PassesNoKeyOverForGood) {
    for (int good = 0; good < 20; ++good) {
        search = Search{500};
        auto guilty = range(0, 20);
        guilty.erase(good);

        // Each round ends when nothing seems to be taken, and tries another key the next time.
        std::set<int> delivered;
        for (int rounds = 0; rounds < 25 && delivered.empty(); ++rounds)
            delivered = run(20, guilty, /*takes_an_update_of_nothing=*/false).delivered;

        EXPECT_EQ(delivered, std::set{good});
    }
}

TEST_F(SearchTest, ASingleKeyIsJudgedOnceTheServerWorksAgain) {
    EXPECT_TRUE(run(1, {0}, false).takes_nothing);

    EXPECT_EQ(run(1, {0}).convicted, std::set<int>{0});
}

TEST_F(SearchTest, AServerThatTakesAKeyAgainTakesWholeBatches) {
    run(10, range(0, 10), false);

    auto const outcome = run(10, {});

    EXPECT_EQ(outcome.delivered.size(), 10U);
    EXPECT_EQ(outcome.requests, 2U);
    EXPECT_FALSE(search.takes_nothing());
}

/// The steps of a search, one answer of the server at a time.
class SearchStepTest : public testing::Test {
  protected:
    static Batch keys(std::size_t count) {
        Batch batch;
        for (std::size_t n = 0; n < count; ++n)
            batch.push_back({"key" + std::to_string(n), Json(1), {}});
        return batch;
    }

    void convict_one(std::size_t pending) {
        EXPECT_EQ(search.refused(keys(1), pending), Search::Finding::guilty);
        EXPECT_THAT(search.convicted(), testing::SizeIs(1));
    }

    std::size_t next() const { return search.selection().max_keys; }

    Search search{500};
};

TEST_F(SearchStepTest, ARefusedBatchIsHalvedRoundingUp) {
    EXPECT_EQ(search.refused(keys(11), 20), Search::Finding::go_on);
    EXPECT_EQ(next(), 6U);
    search.accepted(6);
    EXPECT_EQ(next(), 3U);
    EXPECT_EQ(search.refused(keys(3), 14), Search::Finding::go_on);
    EXPECT_EQ(next(), 2U);
    search.accepted(2);
    EXPECT_EQ(next(), 1U);
    convict_one(12);
    EXPECT_EQ(next(), 500U);
}

TEST_F(SearchStepTest, AfterASecondConvictionTheStepsAreSmallAndDouble) {
    search.accepted(1);
    convict_one(50);
    EXPECT_EQ(next(), 500U);
    convict_one(49);
    for (std::size_t const step : {1U, 2U, 4U, 8U}) {
        EXPECT_EQ(next(), step);
        search.accepted(step);
    }
    convict_one(33);
    EXPECT_EQ(next(), 1U);

    search.end_of_round();
    EXPECT_EQ(next(), 500U);
    search.accepted(1);
    convict_one(32);
    EXPECT_EQ(next(), 500U);
}

TEST_F(SearchStepTest, NoStepIsLargerThanWhatTheServerTakes) {
    search.too_large(6);
    EXPECT_EQ(search.refused(keys(20), 50), Search::Finding::go_on);
    EXPECT_EQ(next(), 3U);
    search.start_over();
    search.accepted(1);
    convict_one(50);
    convict_one(49);
    search.accepted(1);
    search.accepted(2);
    EXPECT_EQ(next(), 3U);
}

TEST_F(SearchStepTest, TriesKeysFurtherAndFurtherAwayAndThenTheLast) {
    std::vector<std::size_t> tried;
    auto finding = Search::Finding::go_on;
    while (finding == Search::Finding::go_on) {
        tried.push_back(search.selection().skip);
        finding = search.refused(keys(1), 20);
    }

    EXPECT_EQ(finding, Search::Finding::nothing);
    EXPECT_THAT(tried, testing::ElementsAre(0, 1, 3, 7, 15, 19));
}

TEST_F(SearchStepTest, AServerThatTakesNothingGetsOneKeyARoundEachInItsTurn) {
    search.nothing_is_accepted();
    std::vector<std::size_t> tried;
    for (int rounds = 0; rounds < 5; ++rounds) {
        EXPECT_EQ(next(), 1U);
        tried.push_back(search.selection().skip);
        EXPECT_EQ(search.refused(keys(1), 3), Search::Finding::nothing);
        search.end_of_round();
    }

    EXPECT_THAT(tried, testing::ElementsAre(0, 1, 2, 0, 1));
}

TEST_F(SearchTest, BatchesHalveAndGrowAgain) {
    search.too_large(100);
    EXPECT_EQ(search.selection().max_keys, 50U);
    search.too_large(50);
    EXPECT_EQ(search.selection().max_keys, 25U);

    search.any_size();

    EXPECT_EQ(search.selection().max_keys, 500U);
}

}  // namespace
}  // namespace settings::sync
