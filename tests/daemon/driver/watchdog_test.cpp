#include "daemon/driver/watchdog.h"

#include <gtest/gtest.h>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <future>

#include "tests/support/temporary_folder.h"

namespace settings::daemon {
namespace {

using namespace std::chrono_literals;

class WatchdogTest : public testing::Test {
  protected:
    void start() { boost::asio::co_spawn(loop, watchdog.run(), boost::asio::detached); }

    /// Lets the loop run until it was fed so often, or for `limit`.
    bool is_fed(int times, std::chrono::milliseconds limit = 30s) {
        auto const end = std::chrono::steady_clock::now() + limit;
        while (fed < times && loop.run_one_until(end) != 0) continue;
        return fed >= times;
    }

    TemporaryFolder folder;
    boost::asio::io_context loop{1};
    store::Writer writer{
        folder / "settings.db",
        [this](std::function<void()> task) { boost::asio::post(loop, std::move(task)); },
        [](store::Commit const&) {},
        {}};
    int fed = 0;
    Watchdog watchdog{loop.get_executor(), writer, 2ms, [this] { ++fed; }};
};

TEST_F(WatchdogTest, IsFedAgainAndAgainWhileAllIsWell) {
    start();

    EXPECT_TRUE(is_fed(5));
}

TEST_F(WatchdogTest, IsNotFedWhileTheWriterHangs) {
    std::promise<void> released;
    writer.submit(
        [hang = released.get_future().share()](store::Ledger&) -> Result<void> {
            hang.wait();
            return {};
        },
        [](Result<void> const&) {});
    start();

    // Nothing but an answer of the writer could feed it: with none to come, time changes nothing.
    EXPECT_FALSE(is_fed(1, 50ms));
    released.set_value();
    EXPECT_TRUE(is_fed(1));
}

TEST_F(WatchdogTest, IsFedWhileAnotherProcessHoldsTheStore) {
    store::Connection other{folder / "settings.db", store::Connection::Mode::read_write};
    other.execute("BEGIN IMMEDIATE");
    start();

    // Each answer takes as long as SQLite waits for the lock.
    EXPECT_TRUE(is_fed(1));
}

TEST_F(WatchdogTest, IsFedWhenTheDiskFails) {
    std::filesystem::remove(folder / "settings.db");
    start();

    EXPECT_TRUE(is_fed(2));
}

}  // namespace
}  // namespace settings::daemon
