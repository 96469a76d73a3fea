// A server that is away for long, with edits, impatient people and crashes, at 180 times the speed
// (8 s stand for 24 minutes): the requests stay within the budget, and all is well soon after.

#include <algorithm>
#include <iostream>

#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;
using testing::Ge;
using testing::HasSubstr;
using testing::Le;

using Clock = std::chrono::steady_clock;

constexpr milliseconds interval{55};  ///< 10 s at 180 times the speed
constexpr std::size_t capacity = 60;
constexpr std::size_t cost_of_retry = 5;

class OutageTest : public SystemTest {
  protected:
    /// A device whose waits are the usual ones, 180 times as short.
    void boot_fast() {
        boot({}, {{"sync.debounce_seconds", "0.011"},
                  {"sync.debounce_cap_seconds", "0.055"},
                  {"sync.backoff_floor_seconds", "0.01"},
                  {"sync.backoff_base_seconds", "0.011"},
                  {"sync.backoff_cap_seconds", "3.3"},
                  {"sync.budget_interval_seconds", "0.055"}});
    }

    /// Edits for so long, and on until `enough` has happened, and does something else after each.
    template <class Else, class Enough>
    void edit_for(milliseconds time, Else something_else, Enough enough) {
        auto const end = Clock::now() + time;
        for (; Clock::now() < end || !enough(); ++edits) {
            patch(device(), {{"k" + std::to_string(edits % 7), edits}, {"count", edits}});
            something_else();
        }
    }

    template <class Else>
    void edit_for(milliseconds time, Else something_else) {
        edit_for(time, something_else, [] { return true; });
    }

    /// In each span of time t there are at most 60 + t / interval requests, and a fifth of that
    /// when each is a retry, as after the first. The server notes times when a request arrives,
    /// which may be a little later for one than for the next.
    static void expect_within_budget(std::vector<Seen> const& seen) {
        constexpr milliseconds late{200};
        for (std::size_t first = 0; first < seen.size(); ++first)
            for (std::size_t last = first; last < seen.size(); ++last) {
                auto const span = seen[last].time - seen[first].time + late;
                ASSERT_LE(last - first + 1, budget(span) / cost_of_retry + 2)
                    << "in " << span.count() << " ms";
            }
    }

    static std::size_t budget(milliseconds span) {
        return capacity + static_cast<std::size_t>(span / interval);
    }

    static void tell(std::vector<Seen> const& seen) {
        auto const span = seen.back().time - seen.front().time;
        std::cout << seen.size() << " requests in " << span.count() << " ms; the budget has "
                  << budget(span) / cost_of_retry << " retries\n";
    }

    /// The server is well again: expects what is newest there soon after its first good answer.
    void expect_recovery() {
        expect_eventually([&] { return server->document() == device().document(); }, true);
        auto const seen = server->requests();
        auto const good = std::find_if(seen.begin(), seen.end(),
                                       [](Seen const& request) { return request.status == 200; });
        ASSERT_NE(good, seen.end());
        EXPECT_THAT(seen.back().time - good->time, Le(seconds{3}));
        EXPECT_THAT(seen.end() - good, Le(8)) << "requests for it";
    }

    int edits = 0;
};

TEST_F(OutageTest, LongFailuresWithEditsCostFewRequests) {
    boot_fast();
    server->set_faults("answer 500 on settings forever");
    edit_for(seconds{4}, [] {});
    server->set_online(false);
    edit_for(seconds{4}, [] {});
    auto const outage = server->requests();
    tell(outage);

    expect_within_budget(outage);
    EXPECT_THAT(outage.size(), Le(capacity)) << "the backoff alone asks for fewer";
    EXPECT_THAT(outage.size(), Ge(4U));
    server->forget_requests();
    server->set_faults("clear");
    server->set_online(true);
    expect_recovery();
}

TEST_F(OutageTest, ImpatienceEndsAtTheBudget) {
    boot_fast();
    server->set_faults("answer 500 on settings forever");

    edit_for(seconds{5}, [this] { static_cast<void>(device().client().sync().value()); });

    auto const outage = server->requests();
    tell(outage);
    expect_within_budget(outage);
    auto const ask = [&] {
        static_cast<void>(device().client().sync().value());
        return device().status().summary;
    };
    expect_eventually(ask, HasSubstr("too many requests"));
    server->forget_requests();
    server->set_faults("clear");
    expect_recovery();
}

TEST_F(OutageTest, CrashesDoNotRefillTheBudget) {
    boot_fast();
    server->set_faults("answer 500 on settings forever");

    int crashes = 0;
    auto const impatient_and_unlucky = [&] {
        static_cast<void>(device().client().sync(milliseconds{20}).value());
        if (edits % 5 != 4) return;
        device().kill();
        device().start();
        ++crashes;
    };
    edit_for(seconds{5}, impatient_and_unlucky, [&] { return crashes > 5; });

    auto const outage = server->requests();
    tell(outage);
    expect_within_budget(outage);
    server->forget_requests();
    server->set_faults("clear");
    expect_sync(device());
    EXPECT_EQ(server->document(), device().document());
}

}  // namespace
}  // namespace settings::system_test
