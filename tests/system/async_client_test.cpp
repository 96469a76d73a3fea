// The library's coroutines, against the real daemon.

#include "settings/async_client.h"

#include "tests/client/loop.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using namespace std::chrono_literals;
using client::AsyncWatch;
using client::Entry;
using client::Loop;
using testing::ElementsAre;
template <class T>
using Awaitable = boost::asio::awaitable<T>;
using Revisions = std::vector<client::Revision>;

class AsyncClientTest : public SystemTest {
  protected:
    AsyncClient client() { return AsyncClient{loop.executor(), device().socket()}; }

    Loop loop;
};

/// The revisions of the next changes.
Awaitable<Revisions> next_revisions(AsyncWatch watch, std::size_t count) {
    Revisions seen;
    while (seen.size() < count) {
        client::Result<std::optional<client::Event>> const event = co_await watch.next(patience);
        seen.push_back(std::get<Entry>(event.value().value()).revision);
    }
    co_return seen;
}

/// Counts up by compare-and-set.
Awaitable<int> count_up(AsyncClient client, int times) {
    for (int i = 0; i < times; ++i) {
        auto editing = client.edit([](Json& all) { all["n"] = all.value("n", 0) + 1; });
        client::Result<std::optional<client::Revision>> const saved = co_await std::move(editing);
        saved.value();
    }
    co_return times;
}

TEST_F(AsyncClientTest, ReadsBackWhatItSet) {
    boot();
    auto settings = client();

    EXPECT_EQ(loop.wait_for(settings.set("notifications.email", false)).value(), 1);

    EXPECT_EQ(loop.wait_for(settings.get<bool>("notifications.email", true)), false);
    EXPECT_EQ(loop.wait_for(settings.status()).value().revision, 1);
    EXPECT_EQ(loop.wait_for(settings.journal()).value().entries.at(0).app->name, "system_tests");
    EXPECT_EQ(loop.wait_for(settings.undo(1)).value().undone, 1U);
    EXPECT_TRUE(loop.wait_for(settings.sync(patience)).value().synced);
    EXPECT_TRUE(loop.wait_for(settings.status()).value().revision);
}

TEST_F(AsyncClientTest, OneLoopWatchesAndEditsAtOnce) {
    boot();
    Loop::Running<Revisions> watching;
    std::array<Loop::Running<int>, 3> counting;
    auto const settings = client();
    loop.spawn(next_revisions(settings.watch("", "0"), 30), watching);
    // Two share a connection, one has its own.
    for (auto& each : counting) loop.spawn(count_up(settings, 10), each);

    loop.run();

    Revisions all(30);
    std::iota(all.begin(), all.end(), 1);
    EXPECT_EQ(watching.result.value(), all);
    EXPECT_EQ(device().document(), Json({{"n", 30}}));
}

TEST_F(AsyncClientTest, GoesOnAfterTheDaemonRestarted) {
    boot();
    auto settings = client();
    ASSERT_EQ(loop.wait_for(settings.set("theme", "light")).value(), 1);
    auto watch = settings.watch("", "0");
    ASSERT_TRUE(loop.wait_for(watch.next(patience)).value());

    auto const tag = loop.wait_for(settings.snapshot()).value().tag;
    device().stop();
    EXPECT_EQ(loop.wait_for(watch.next(1ms)).value(), std::nullopt);
    EXPECT_EQ(loop.wait_for(settings.get<std::string>("theme", "dark")), "dark");
    device().start();

    // Never sent twice, so that it shows whether the connection that is gone was tried.
    EXPECT_EQ(loop.wait_for(settings.patch({{"theme", "blue"}}, tag)).value(), 2);
    EXPECT_THAT(loop.wait_for(next_revisions(std::move(watch), 1)), ElementsAre(2));
}

}  // namespace
}  // namespace settings::system_test
