#include "daemon/driver/step_log.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <spdlog/sinks/ostream_sink.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <sstream>

#include "tests/support/json.h"

namespace settings::daemon {
namespace {

/// What is logged of a step, each line after its level.
class StepLogTest : public testing::Test {
  protected:
    void SetUp() override {
        auto sink = std::make_shared<spdlog::sinks::ostream_sink_st>(lines_);
        auto logger = std::make_shared<spdlog::logger>("test", std::move(sink));
        logger->set_pattern("%l: %v");
        former_ = spdlog::default_logger();
        spdlog::set_default_logger(std::move(logger));
    }
    void TearDown() override { spdlog::set_default_logger(former_); }

    std::string logged(sync::StoreEffect const& effect, sync::Event const& event) {
        lines_.str("");
        log_step(effect, event);
        return lines_.str();
    }

    static Batch batch(std::size_t keys) { return Batch(keys, Pending{"a", 1, std::nullopt}); }

  private:
    std::ostringstream lines_;
    std::shared_ptr<spdlog::logger> former_;
};

TEST_F(StepLogTest, CountsWhatTheServerTookAndRefused) {
    EXPECT_EQ(logged(sync::Settle{batch(1)}, sync::Settled{}),
              "info: sync: 1 key accepted by the server\n");
    EXPECT_EQ(logged(sync::Reject{batch(3), {400, "no such setting"}}, SetAside{2}),
              "error: sync: 2 keys rejected by the server: no such setting\n");
    for (unsigned const status : {0U, 200U})
        EXPECT_EQ(logged(sync::Reject{batch(1), {status, "unclear"}}, SetAside{1}),
                  "error: sync: 1 key set aside: unclear\n");
}

TEST_F(StepLogTest, CountsWhatCameFromTheServer) {
    EXPECT_EQ(logged(sync::Reconcile{}, Reconciled{.applied = 2}),
              "info: sync: 2 changes from the server\n");
    EXPECT_EQ(logged(sync::Reconcile{}, Reconciled{}), "");
}

TEST_F(StepLogTest, NamesTheFirstOfMany) {
    Reconciled done;
    done.conflicts.assign(1'000, {{"a", "b"}, 1, 2, 3, Winner::local});
    for (int key = 0; key < 1'000; ++key) done.unreadable.emplace(std::to_string(key), "odd");

    auto const lines = logged(sync::Reconcile{}, done);

    EXPECT_EQ(std::ranges::count(lines, '\n'), 42);
    EXPECT_THAT(lines, testing::HasSubstr("sync: 980 values more cannot be read here\n"));
    EXPECT_THAT(lines, testing::EndsWith("sync: 980 conflicts more\n"));
}

TEST_F(StepLogTest, NamesEachConflict) {
    Reconciled done;
    done.conflicts = {{{"a", "b"}, 1, 2, 3, Winner::local}, {{"c"}, 1, 2, 3, Winner::remote}};

    EXPECT_EQ(logged(sync::Reconcile{}, done),
              "warning: sync: a.b was changed here and on the server; the value of this device is "
              "kept\n"
              "warning: sync: c was changed here and on the server; the value of the server is "
              "kept\n");
}

TEST_F(StepLogTest, SaysWhatAPersonHasToDecide) {
    EXPECT_EQ(
        logged(sync::Reconcile{}, Reconciled{.held = MassChange{10, 2, 6}}),
        "warning: sync: the server's document would change 2 and remove 6 of the 10 settings that "
        "it held; this is not taken over before a person decides\n");
}

TEST_F(StepLogTest, SaysItOnceAndAgainOnlyWhenADecisionDidNotCount) {
    Reconciled const held{.held = MassChange{10, 2, 6, 7}};
    sync::Reconcile known;
    known.look.judgement.on = 7;
    EXPECT_EQ(logged(known, held), "");

    known.look.judgement = {Verdict::apply, 6};
    EXPECT_NE(logged(known, held), "");
}

TEST_F(StepLogTest, SaysNothingOfStepsThatChangeNothing) {
    EXPECT_EQ(logged(sync::Remember{}, sync::Remembered{}), "");
    EXPECT_EQ(logged(sync::Freeze{}, Frozen{batch(1), false, {}}), "");
}

}  // namespace
}  // namespace settings::daemon
