#include "daemon/driver/way.h"

#include <gtest/gtest.h>

#include "tests/daemon/driver/fake_remote.h"

namespace settings::daemon {
namespace {

class WayTest : public testing::Test {
  protected:
    FakePlace far{.host = "settings.example", .answer = {}};
    FakePlace near{.host = "localhost", .answer = {}};
    Way way{std::make_unique<FakeRemote>(far)};
    Way home{std::make_unique<FakeRemote>(near)};
};

TEST_F(WayTest, IsOpenWhereNobodyTellsOfRoutes) {
    far.is_routable = false;

    EXPECT_TRUE(way.is_open());
    way.network_changed({}, std::nullopt);
    EXPECT_TRUE(way.is_open());
}

TEST_F(WayTest, TakesARouteToTheServerItself) {
    way.network_changed({}, true);
    EXPECT_TRUE(way.is_open());

    far.is_routable = false;
    EXPECT_FALSE(way.is_open());
}

TEST_F(WayTest, IsClosedWithoutANetworkWhateverTheKernelSaysOfOneAddress) {
    way.network_changed({}, false);

    EXPECT_FALSE(way.is_open());
}

TEST_F(WayTest, NeedsNoNetworkToAServerOnThisMachine) {
    near.is_routable = false;
    home.network_changed({}, false);

    EXPECT_TRUE(home.is_open());
}

TEST_F(WayTest, IsCutByALossUnlessTheServerIsOnThisMachine) {
    EXPECT_TRUE(way.is_cut_by({.gained = false, .lost = true}));
    EXPECT_FALSE(way.is_cut_by({.gained = true, .lost = false}));
    EXPECT_FALSE(home.is_cut_by({.gained = false, .lost = true}));
}

TEST_F(WayTest, AnotherNetworkMayKnowTheServerByOtherAddresses) {
    way.network_changed({.gained = false, .lost = true}, false);
    EXPECT_EQ(far.doubts, 0);

    way.network_changed({.gained = true, .lost = false}, true);
    EXPECT_EQ(far.doubts, 1);
}

TEST_F(WayTest, AnotherRemoteCountsOnceItIsTaken) {
    way.network_changed({}, false);
    EXPECT_FALSE(way.take_next());

    way.prepare(std::make_unique<FakeRemote>(near));
    EXPECT_EQ(way.remote().next_host(), "settings.example");
    EXPECT_FALSE(way.is_open());

    EXPECT_TRUE(way.take_next());
    EXPECT_EQ(way.remote().next_host(), "localhost");
    EXPECT_TRUE(way.is_open());
    EXPECT_FALSE(way.take_next());
}

}  // namespace
}  // namespace settings::daemon
