#include "daemon/service/metrics.h"

#include <gmock/gmock.h>

#include <regex>
#include <sstream>

namespace settings::daemon {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::Not;

SyncState state() {
    SyncState state;
    state.moment = {1h, 1'700'000'000'000};
    state.explanation = sync::explain(sync::Resting{2h, sync::Rest::backoff}, state.report);
    state.revision = 42;
    state.pending = 2;
    state.unreadable_edited = {"bio"};
    state.rejected.resize(2);
    state.conflicts = 1;
    state.report.rounds_begun = 9;
    state.report.failures = 4;
    return state;
}

TEST(MetricsTest, TellsTheStateOfSync) {
    auto const text = metrics(state());

    EXPECT_THAT(text, HasSubstr("\nsettingsd_sync_state{state=\"waiting\"} 1\n"));
    EXPECT_THAT(text, HasSubstr("\nsettingsd_sync_state{state=\"idle\"} 0\n"));
    EXPECT_THAT(text, HasSubstr("\nsettingsd_revision 42\n"));
    EXPECT_THAT(text, HasSubstr("\nsettingsd_pending_settings 3\n"));
    EXPECT_THAT(text, HasSubstr("\nsettingsd_rejected_settings 2\n"));
    EXPECT_THAT(text, HasSubstr("\nsettingsd_conflicts 1\n"));
    EXPECT_THAT(text, HasSubstr("\nsettingsd_review_held 0\n"));
    EXPECT_THAT(text, HasSubstr("\nsettingsd_sync_rounds_total 9\n"));
    EXPECT_THAT(text, HasSubstr("\nsettingsd_sync_failures_in_a_row 4\n"));
}

TEST(MetricsTest, TellsOfTheStore) {
    EXPECT_THAT(metrics(state()), HasSubstr("\nsettingsd_store_notice 0\n"));
    EXPECT_THAT(metrics(state()), HasSubstr("\nsettingsd_store_failures_total 0\n"));

    auto broken = state();
    broken.notice = store::Notices::Notice{0, "salvaged"};
    broken.store_failures = 3;

    EXPECT_THAT(metrics(broken), HasSubstr("\nsettingsd_store_notice 1\n"));
    EXPECT_THAT(metrics(broken), HasSubstr("\nsettingsd_store_failures_total 3\n"));
}

TEST(MetricsTest, TellsOfASuccessOnceThereWasOne) {
    EXPECT_THAT(metrics(state()), Not(HasSubstr("last_success")));

    auto synced = state();
    synced.report.last_success = 1h - 100s;

    EXPECT_THAT(metrics(synced),
                HasSubstr("\nsettingsd_sync_last_success_timestamp_seconds 1699999900\n"));
}

TEST(MetricsTest, EachLineIsOfTheFormatAndEachMetricIsExplained) {
    std::regex const comment{R"(# (HELP|TYPE) (\w+) .+)"};
    std::regex const sample{R"(([a-z_]+)(\{[a-z]+="[^"]*"\})? \d+)"};
    std::istringstream lines{metrics(state())};
    std::string explained;
    for (std::string line; std::getline(lines, line);) {
        std::smatch match;
        if (std::regex_match(line, match, comment)) {
            explained = match[2];
            continue;
        }
        ASSERT_TRUE(std::regex_match(line, match, sample)) << line;
        EXPECT_EQ(match[1], explained) << line;
    }
}

}  // namespace
}  // namespace settings::daemon
