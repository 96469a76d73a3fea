#include "sync/engine/blame.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <cmath>

#include "tests/sync/engine/fake_device.h"

namespace settings::sync {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::ElementsAreArray;
using testing::IsEmpty;

/// A server whose looks succeed, and whose writes fail for what is in them.
class BlameTest : public testing::Test {
  protected:
    void TearDown() override { EXPECT_THAT(device.faults, IsEmpty()); }

    /// Writes that have one of these keys fail so, values and removals alike.
    void spoil(std::set<std::string> keys, Failure failure) {
        device.interfere = [this, keys, failure](Effect const& effect) -> std::optional<Event> {
            auto const* put = std::get_if<Put>(&effect);
            auto const* removal = std::get_if<Delete>(&effect);
            if (put == nullptr && removal == nullptr) return {};
            ++writes;
            auto const is_named = [&](std::string const& key) {
                return put ? put->values.contains(key)
                           : std::count(removal->paths.begin(), removal->paths.end(), key) > 0;
            };
            if (!std::any_of(keys.begin(), keys.end(), is_named)) return {};
            ++failed;
            return Failed{failure};
        };
    }
    void edit(int keys) {
        for (int n = 0; n < keys; ++n) device.edit("k" + std::to_string(n), Json(1));
    }

    FakeDevice device;
    std::size_t writes = 0;
    std::size_t failed = 0;
};

std::vector<Failure> const failures{{Fault::server_error, "the server answered 500", 500},
                                    {Fault::server_error, "the server answered 502", 502},
                                    {Fault::forbidden, "the server answered 403", 403},
                                    {Fault::missing, "the server answered 404", 404},
                                    {Fault::impostor, "an answer that is not JSON", 200},
                                    {Fault::unknown_outcome, "the connection broke", 0}};

TEST_F(BlameTest, OneBadValueStopsNobodyWhateverItsFailure) {
    for (auto const& failure : failures) {
        device = FakeDevice{};
        failed = 0;
        spoil({"k3"}, failure);
        edit(8);

        device.run_until(1h);

        EXPECT_THAT(device.store.set_aside(), ElementsAre("k3")) << failure.message;
        EXPECT_EQ(device.server.document.size(), 7U) << failure.message;
        EXPECT_LE(failed, 3 + std::log2(8) + 1 + 4) << failure.message;  // and its retries
    }
}

TEST_F(BlameTest, ItsFailuresNeedNotBeAlike) {
    edit(8);
    device.interfere = [&](Effect const& effect) -> std::optional<Event> {
        auto const* put = std::get_if<Put>(&effect);
        if (put == nullptr || !put->values.contains("k3")) return {};
        return Failed{failures[++failed % failures.size()]};
    };

    device.run_until(1h);

    EXPECT_THAT(device.store.set_aside(), ElementsAre("k3"));
    EXPECT_EQ(device.server.document.size(), 7U);
}

TEST_F(BlameTest, ARemovalThatFailsStopsNobody) {
    edit(4);
    device.run_until(5s);
    spoil({"k1"}, failures.front());
    for (auto const* key : {"k0", "k1", "k2"}) device.edit(key, std::nullopt);

    device.run_until(1h);

    EXPECT_THAT(device.store.set_aside(), ElementsAre("k1"));
    EXPECT_EQ(device.server.document, (Json{{"k1", 1}, {"k3", 1}}));
}

TEST_F(BlameTest, SeveralBadValuesAreAllFound) {
    spoil({"k1", "k2", "k6"}, failures.front());
    edit(8);

    device.run_until(12h);

    EXPECT_THAT(device.store.set_aside(), ElementsAre("k1", "k2", "k6"));
    EXPECT_EQ(device.server.document.size(), 5U);
}

TEST_F(BlameTest, BadValuesThatFailInDifferentWaysAreAllFound) {
    std::vector<Failure> ways = failures;
    ways.push_back({Fault::refused, "no", 400});
    ways.push_back({Fault::too_large, "the server answered 413", 413});
    std::vector<std::string> const bad{"k1", "k3", "k4"};
    std::vector<std::size_t> way(bad.size());  // of each bad key
    for (way[0] = 0; way[0] < ways.size(); ++way[0])
        for (way[1] = 0; way[1] < ways.size(); ++way[1])
            for (way[2] = 0; way[2] < ways.size(); ++way[2]) {
                device = FakeDevice{};
                device.interfere = [&](Effect const& effect) -> std::optional<Event> {
                    auto const* put = std::get_if<Put>(&effect);
                    for (std::size_t n = 0; put != nullptr && n < bad.size(); ++n)
                        if (put->values.contains(bad[n])) return Failed{ways[way[n]]};
                    return std::nullopt;
                };
                edit(8);

                device.run_until(12h);

                EXPECT_THAT(device.store.set_aside(), ElementsAreArray(bad))
                    << way[0] << ' ' << way[1] << ' ' << way[2];
                EXPECT_EQ(device.server.document.size(), 5U);
            }
}

TEST_F(BlameTest, AServerWhoseWritesAreDownGetsNoRequestMoreThanByRetrying) {
    std::set<std::string> all;
    for (int n = 0; n < 8; ++n) all.insert("k" + std::to_string(n));
    spoil(all, failures.front());
    edit(8);

    std::size_t rounds = 0;
    for (; device.now < 24h; ++rounds) device.round();

    EXPECT_EQ(device.requests.size(), 2 * rounds);  // a look and one write
    EXPECT_THAT(device.store.set_aside(), IsEmpty());
    device.interfere = {};
    device.run_until(device.now + 11min);
    EXPECT_TRUE(device.store.is_synced(device.server.document));
}

TEST_F(BlameTest, AServerThatForbidsEveryWriteIsAskedEverMoreRarely) {
    spoil({"k0"}, failures.at(2));
    edit(1);

    device.run_until(24h);

    EXPECT_THAT(device.store.set_aside(), IsEmpty());
    EXPECT_LE(writes, 3 + 6U);
}

TEST_F(BlameTest, AnotherEditSeparatesABadValueThatWasAlone) {
    spoil({"bad"}, failures.front());
    device.edit("bad", 1);
    device.run_until(1h);
    EXPECT_THAT(device.store.set_aside(), IsEmpty());

    device.edit("good", 1);
    device.run_until(device.now + 11min);

    EXPECT_EQ(device.server.document, (Json{{"good", 1}}));
    EXPECT_THAT(device.store.set_aside(), ElementsAre("bad"));
}

TEST_F(BlameTest, AValueThatIsCorrectedIsTriedAtOnce) {
    spoil({"bad"}, failures.front());
    device.edit("bad", 1);
    device.run_until(1h);
    device.interfere = {};

    device.edit("bad", 2);
    device.engine.edited(device.now, {"bad"});
    device.run_until(device.now + 3s);

    EXPECT_EQ(device.server.document, (Json{{"bad", 2}}));
}

}  // namespace
}  // namespace settings::sync
