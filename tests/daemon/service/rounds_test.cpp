#include "daemon/service/rounds.h"

#include <gmock/gmock.h>

#include "tests/daemon/service/service_fixture.h"

namespace settings::daemon {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;

class RoundsTest : public ServiceFixture {
  protected:
    /// A round that left nothing behind has ended, after so many had begun before it.
    void end_round(std::uint64_t begun_before) {
        sync.reported.last_clean_round = begun_before + 1;
        sync.progress().notify();
        loop.poll();
    }

    Rounds rounds{reader, sync, sync, overview};
};

TEST_F(RoundsTest, AsksForARoundAndDoesNotWaitUnlessTold) {
    patch({{"a", 1}});

    auto const body = body_of(finish(rounds.sync_now({0ms})));

    EXPECT_THAT(sync.told, ElementsAre("sync now"));
    EXPECT_EQ(body.at("synced"), false);
    EXPECT_EQ(body.at("revision"), 1);
    EXPECT_EQ(body.at("reason"), summary(overview.now()));
}

TEST_F(RoundsTest, WaitsForARoundThatBeganAfterTheWish) {
    sync.reported.rounds_begun = 3;
    auto const pending = start(rounds.sync_now({1h}));
    run_until_somebody_waits();

    end_round(2);
    EXPECT_FALSE(*pending);
    end_round(3);
    EXPECT_EQ(body_of(finish(pending)).at("synced"), true);
}

TEST_F(RoundsTest, WaitsForWhatWasEditedBeforeTheWishAndForNothingElse) {
    patch({{"a", 1}});
    auto const pending = start(rounds.sync_now({1h}));
    run_until_somebody_waits();
    end_round(0);
    EXPECT_FALSE(*pending);

    send();
    patch({{"b", 1}});
    end_round(0);

    auto const body = body_of(finish(pending));
    EXPECT_EQ(body.at("synced"), true);
    EXPECT_EQ(body.at("revision"), 1);
}

TEST_F(RoundsTest, DoesNotWaitForAPerson) {
    auto const pending = start(rounds.sync_now({1h}));
    run_until_somebody_waits();
    sync.move_to(sync::Paused{});

    auto const body = body_of(finish(pending));
    EXPECT_EQ(body.at("synced"), false);
    EXPECT_THAT(body.at("reason"), HasSubstr("paused"));
}

TEST_F(RoundsTest, IsNotSyncedWithARejectedKey) {
    patch({{"a", 1}});
    send_in_vain();
    auto const pending = start(rounds.sync_now({1h}));
    run_until_somebody_waits();
    end_round(0);

    auto const body = body_of(finish(pending));
    EXPECT_EQ(body.at("synced"), false);
    EXPECT_THAT(body.at("reason"), HasSubstr("no such theme"));
}

}  // namespace
}  // namespace settings::daemon
