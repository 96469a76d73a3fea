// Watches of the client library, against the real daemon.

#include "settings/watch.h"

#include <atomic>
#include <numeric>
#include <thread>

#include "settings/client.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using namespace std::chrono_literals;
using client::Entry;
using client::Reset;
using testing::SizeIs;

class ClientWatchTest : public SystemTest {
  protected:
    /// The next change, which has to come.
    static Entry next_change(client::Watch& watch) {
        auto event = watch.next(patience).value();
        if (!event) throw std::runtime_error{"no event came"};
        return std::get<Entry>(*event);
    }
};

TEST_F(ClientWatchTest, TellsEachChangeOnceWhoeverMadeIt) {
    boot();
    auto client = device().client();
    auto watch = client.watch("", client.snapshot().value().tag);

    ASSERT_TRUE(client.patch({{"theme", "light"}, {"font", 12}}));
    expect_sync(device());
    server->set_document({{"theme", "blue"}, {"font", 12}});
    expect_sync(device());

    auto const ours = next_change(watch);
    EXPECT_EQ(ours.revision, 1);
    EXPECT_EQ(ours.origin, "app");
    EXPECT_THAT(ours.changes, SizeIs(2));
    auto const theirs = next_change(watch);
    EXPECT_EQ(theirs.revision, 2);
    EXPECT_EQ(theirs.origin, "remote");
    ASSERT_THAT(theirs.changes, SizeIs(1));
    EXPECT_EQ(theirs.changes[0].before, Json("light"));
    EXPECT_EQ(theirs.changes[0].after, Json("blue"));
    EXPECT_EQ(watch.next(0ms).value(), std::nullopt);
    EXPECT_EQ(watch.cursor(), client.snapshot().value().tag);
}

TEST_F(ClientWatchTest, OfAPathTellsOnlyWhatConcernsIt) {
    boot();
    auto client = device().client();
    auto watch = client.watch("notifications.email", "0");

    ASSERT_TRUE(client.set("theme", "light"));
    ASSERT_TRUE(client.patch({{"notifications", {{"email", false}, {"push", true}}}}));

    auto const entry = next_change(watch);
    EXPECT_EQ(entry.revision, 2);
    ASSERT_THAT(entry.changes, SizeIs(1));
    EXPECT_EQ(entry.changes[0].path, "notifications.email");
    EXPECT_EQ(entry.changes[0].after, Json(false));
}

TEST_F(ClientWatchTest, FromNowOnStartsAtTheFirstLook) {
    boot();
    auto client = device().client();
    ASSERT_TRUE(client.set("theme", "light"));
    auto watch = client.watch();
    while (!watch.cursor()) ASSERT_EQ(watch.next(1ms).value(), std::nullopt);

    ASSERT_TRUE(client.set("theme", "dark"));

    EXPECT_EQ(next_change(watch).revision, 2);
}

TEST_F(ClientWatchTest, LosesAndRepeatsNothingWhileTheDaemonIsKilledAgainAndAgain) {
    boot();
    auto watch = device().client().watch("", "0");
    std::atomic<bool> stopping = false;
    std::thread app{[&, client = device().client()]() mutable {
        // Who is away does not answer; whether it was made shows in the history.
        for (int i = 0; !stopping; ++i)
            if (!client.set("n", i)) std::this_thread::sleep_for(1ms);
    }};
    std::vector<client::Revision> seen;
    for (int kills = 0; kills < 5; ++kills) {
        while (seen.size() < 20U * static_cast<unsigned>(kills + 1))
            seen.push_back(next_change(watch).revision);
        if (kills % 2 == 0)
            device().kill();
        else
            device().stop();
        device().start();
    }
    stopping = true;
    app.join();

    auto const end = device().status().revision.value();
    while (seen.back() < end) seen.push_back(next_change(watch).revision);

    std::vector<client::Revision> all(static_cast<std::size_t>(end));
    std::iota(all.begin(), all.end(), 1);
    EXPECT_EQ(seen, all);
}

TEST_F(ClientWatchTest, ACursorThatTheHistoryDoesNotReachGetsAllSettingsAndGoesOn) {
    boot();
    auto client = device().client();
    ASSERT_TRUE(client.set("theme", "light"));
    auto watch = client.watch("font", "1000");

    auto const reset = std::get<Reset>(watch.next(patience).value().value());
    EXPECT_EQ(reset.revision, 1);
    EXPECT_EQ(reset.settings, Json({{"theme", "light"}}));
    EXPECT_EQ(watch.cursor(), client.snapshot().value().tag);

    ASSERT_TRUE(client.set("font", 12));
    EXPECT_EQ(next_change(watch).revision, 2);
}

TEST_F(ClientWatchTest, TellsWhatTheDaemonDoesNotAccept) {
    boot();
    auto watch = device().client().watch("", "-1");

    EXPECT_EQ(watch.next(patience).error().code(), client::Errc::refused);
}

}  // namespace
}  // namespace settings::system_test
