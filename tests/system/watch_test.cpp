// Watching the settings, by many and through the end of the daemon.

#include <future>
#include <iostream>
#include <thread>

#include "tests/system/support/raw_connection.h"
#include "tests/system/support/system_test.h"
#include "tests/system/support/watchers.h"

namespace settings::system_test {
namespace {

using namespace std::chrono_literals;
using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;

#ifdef __SANITIZE_ADDRESS__
constexpr std::size_t crowd = 100;  // memory and time of the sanitizer, not of the daemon
constexpr auto time_to_edit = 3s;
#else
constexpr std::size_t crowd = 1'000;
constexpr auto time_to_edit = 20s;
#endif
constexpr auto pace = 10ms;

class WatchTest : public SystemTest {
  protected:
    /// Edits for so long, at a steady pace where the machine is quick enough; asks again while no
    /// daemon answers. Returns how many edits were taken.
    int edit(std::chrono::milliseconds time) {
        auto client = device().client();
        auto next = std::chrono::steady_clock::now();
        auto const end = next + time;
        int taken = 0;
        for (; std::chrono::steady_clock::now() < end; ++taken) {
            eventually("an edit is taken", [&] { return client.patch(stamp()).has_value(); });
            std::this_thread::sleep_until(next += pace);
        }
        return taken;
    }

    client::Revision head() { return device().client().status().value().revision.value(); }
};

TEST_F(WatchTest, EachOfAThousandWatchersGetsEachEventOnceAndInOrderThroughAKill) {
    boot();
    Watchers watchers{device().socket(), crowd};
    auto const before = edit(time_to_edit / 2);
    auto editor = std::async(std::launch::async, [this] { return edit(time_to_edit / 2); });
    device().kill();
    device().start();
    auto const after = editor.get();

    auto const last = head();
    expect_eventually([&] { return watchers.count_at(last); }, crowd);

    watchers.stop();
    EXPECT_THAT(watchers.complaints(), IsEmpty());
    EXPECT_GE(last, before + after);
    EXPECT_GE(watchers.comebacks(), crowd);
    auto const delays = watchers.delays();
    ASSERT_EQ(delays.size(), crowd * static_cast<std::size_t>(last));
    std::cout << crowd << " watchers, " << last << " edits, from edit to event: p50 "
              << delays[delays.size() / 2] << " ms, p99 " << delays[delays.size() * 99 / 100]
              << " ms, longest " << delays.back() << " ms\n";
}

TEST_F(WatchTest, AnEditOfAnotherDeviceIsSeenToo) {
    boot();
    RawConnection watcher{device().socket()};
    watcher.send(request("GET", "/v1/watch?since=0"));
    server->set_document({{"far", 1}});
    expect_sync(device());
    patch(device(), {{"near", 1}});

    auto const seen = watcher.receive_until(R"("changes":[{"path":"near","new":1}])");

    EXPECT_THAT(seen, HasSubstr(R"("origin":"remote","changes":[{"path":"far","new":1}])"));
}

TEST_F(WatchTest, AnIdWithTheNumberOfNoStoreIsAnotherStores) {
    boot();
    patch(device(), {{"theme", "dark"}});
    patch(device(), {{"theme", "light"}});
    std::string const id = "1-0000000000000000";
    auto const by_header =
        "GET /v1/watch HTTP/1.1\r\nHost: localhost\r\nLast-Event-ID: " + id + "\r\n\r\n";

    for (auto const& asked : {request("GET", "/v1/watch?since=" + id), by_header}) {
        RawConnection watcher{device().socket()};
        watcher.send(asked);
        EXPECT_THAT(watcher.receive_until("data: "), HasSubstr("event: reset\n"));
    }
}

TEST_F(WatchTest, AWatcherThatNeverReadsHoldsUpNobody) {
    boot();
    std::vector<std::unique_ptr<RawConnection>> deaf;
    for (int i = 0; i < 50; ++i) {
        deaf.push_back(std::make_unique<RawConnection>(device().socket()));
        deaf.back()->send(request("GET", "/v1/watch?since=0"));
    }
    Watchers watchers{device().socket(), 10};

    std::string const large(100'000, 'x');
    for (int i = 0; i < 50; ++i) patch(device(), {{"new", std::to_string(i) + large}});

    expect_eventually([&] { return watchers.count_at(50); }, 10U);
    watchers.stop();
    EXPECT_THAT(watchers.complaints(), IsEmpty());
}

TEST_F(WatchTest, OneWhomTheHistoryLeftBehindGetsTheWholeDocument) {
    serve();
    make_device("d", {{"store.journal_revisions", "300"}}).start();
    for (int i = 1; i <= 1'100; ++i) patch(device(), {{"count", i}});
    expect_sync(device());
    for (int i = 1'101; i <= 1'700; ++i) patch(device(), {{"count", i}});

    RawConnection watcher{device().socket()};
    watcher.send(request("GET", "/v1/watch?since=1"));

    EXPECT_THAT(watcher.receive_until("}}\n\n"),
                AllOf(HasSubstr("event: reset\nid: 1700-"),
                      HasSubstr("data: {\"revision\":1700,\"settings\":{\"count\":1700}}\n\n")));
}

}  // namespace
}  // namespace settings::system_test
