// What was acknowledged is there, whatever ends the daemon and however long the server is away.

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <iostream>
#include <random>
#include <vector>

#include "tests/system/support/system_test.h"
#include "tests/system/support/writers.h"

namespace settings::system_test {
namespace {

using testing::IsEmpty;

/// Keys of `acknowledged` that `document` lacks or has with an older value.
std::vector<std::string> lost(std::map<std::string, int> const& acknowledged,
                              Json const& document) {
    std::vector<std::string> keys;
    for (auto const& [key, value] : acknowledged)
        if (document.value(key, -1) < value) keys.push_back(key);
    return keys;
}

/// Keys of `document` with a value that nobody asked for.
std::vector<std::string> invented(std::map<std::string, int> const& attempted,
                                  Json const& document) {
    std::vector<std::string> keys;
    for (auto const& [key, value] : document.items())
        if (!attempted.contains(key) || value > attempted.at(key)) keys.push_back(key);
    return keys;
}

/// How often the daemon is killed: script/soak does it more often.
int kills() {
    char const* const asked = std::getenv("KILLS");
    return asked == nullptr ? 50 : std::stoi(asked);
}

std::chrono::milliseconds time_of(auto const& deed) {
    auto const begin = std::chrono::steady_clock::now();
    deed();
    return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() -
                                                                 begin);
}

/// For the figures in docs/reliability.md; how long a start takes is the machine's affair.
void tell(std::vector<std::chrono::milliseconds> starts, int edits) {
    std::ranges::sort(starts);
    std::cout << starts.size() << " kills, " << edits << " edits acknowledged; ready again after "
              << starts[starts.size() / 2].count() << " ms (median), " << starts.back().count()
              << " ms (longest)\n";
}

class DurabilityTest : public SystemTest {
  protected:
    void wait_for_edits(Writers const& writers, int more) {
        int const before = writers.count();
        eventually("edits are acknowledged", [&] { return writers.count() >= before + more; });
    }
};

TEST_F(DurabilityTest, NoAcknowledgedEditIsLostByManyKills) {
    auto const seed = std::random_device{}();
    SCOPED_TRACE("seed " + std::to_string(seed));
    std::mt19937 random{seed};
    boot();
    Writers writers{device().socket(), 32, 5};
    std::vector<std::chrono::milliseconds> starts;

    for (int round = 0; round < kills(); ++round) {
        wait_for_edits(writers, 1);
        auto const moment = std::uniform_int_distribution{0, 250}(random);
        std::this_thread::sleep_for(std::chrono::milliseconds{moment});
        device().kill();
        auto const acknowledged = writers.acknowledged();
        starts.push_back(time_of([&] { device().start(); }));
        EXPECT_THAT(lost(acknowledged, device().document()), IsEmpty()) << "round " << round;
    }
    tell(starts, writers.count());
    writers.stop();

    expect_sync(device());
    auto const document = device().document();
    EXPECT_THAT(lost(writers.acknowledged(), document), IsEmpty());
    EXPECT_THAT(invented(writers.attempted(), document), IsEmpty());
    EXPECT_EQ(server->document(), document);
    expect_no_conflict(device());
}

TEST_F(DurabilityTest, TenThousandEditsWhileTheServerIsDownBecomeOnePutOfFiftyKeys) {
    constexpr int threads = 10;
    constexpr int edits_each = 1'000;
    constexpr int keys = 50;
    boot();
    server->kill();

    std::vector<std::thread> apps;
    std::atomic<int> failures = 0;
    for (int app = 0; app < threads; ++app)
        apps.emplace_back([&, app] {
            auto client = device().client();
            for (int edit = 0; edit < edits_each; ++edit) {
                auto const key = "key" + std::to_string((app + edit) % keys);
                if (!client.patch({{key, app * edits_each + edit}})) ++failures;
            }
        });
    for (auto& app : apps) app.join();
    EXPECT_EQ(failures, 0);
    EXPECT_EQ(device().status().revision, threads * edits_each);
    EXPECT_EQ(device().status().pending, keys);

    server->start();
    device().put_token(server->token());
    expect_sync(device());

    auto const writes = server->writes();
    ASSERT_EQ(writes.size(), 1U);
    EXPECT_EQ(writes[0].method, "PUT");
    EXPECT_EQ(writes[0].body.size(), keys);
    EXPECT_EQ(server->document(), device().document());
    expect_no_conflict(device());
}

TEST_F(DurabilityTest, MoreKeysThanOneRequestTakesGoInSeveral) {
    boot();
    Json many;
    for (int key = 0; key < 1'200; ++key) many["key" + std::to_string(key)] = key;

    patch(device(), many);
    expect_rest(device());

    EXPECT_EQ(server->methods(), "GET PUT PUT PUT");
    EXPECT_EQ(server->document(), many);
}

TEST_F(DurabilityTest, StoppingUnderLoadLosesNothingAndIsNoFailure) {
    boot();
    Writers writers{device().socket(), 8, 5};
    wait_for_edits(writers, 100);

    EXPECT_EQ(device().stop(), 0);

    writers.stop();
    device().start();
    EXPECT_THAT(lost(writers.acknowledged(), device().document()), IsEmpty());
    expect_sync(device());
    EXPECT_EQ(server->document(), device().document());
}

TEST_F(DurabilityTest, ARestartKeepsTheDocumentAndGoesOnCounting) {
    boot();
    EXPECT_EQ(patch(device(), {{"theme", "light"}}), 1);
    EXPECT_EQ(patch(device(), {{"theme", "dark"}}), 2);
    server->kill();

    EXPECT_EQ(device().stop(), 0);
    device().start();

    EXPECT_EQ(device().status().revision, 2);
    EXPECT_EQ(device().document(), Json({{"theme", "dark"}}));
    EXPECT_EQ(patch(device(), {{"theme", "blue"}}), 3);
}

}  // namespace
}  // namespace settings::system_test
