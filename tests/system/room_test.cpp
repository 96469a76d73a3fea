// What the settings, and requests on their way to them, may take.

#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using testing::HasSubstr;

constexpr std::size_t large_value = 1'000'000;

class RoomTest : public SystemTest {
  protected:
    static Json value(std::string const& key) { return {{key, std::string(large_value, 'x')}}; }

    /// Edits until the daemon refuses one; returns how many were made.
    static int fill(Daemon& device, std::string const& prefix, int most) {
        for (int n = 0; n < most; ++n) {
            auto const saved = device.client().patch(value(prefix + std::to_string(n)));
            if (saved) continue;
            EXPECT_EQ(saved.error().status(), 413U);
            EXPECT_THAT(saved.error().message(), HasSubstr("8.0 MiB is the most"));
            return n;
        }
        return most;
    }
};

TEST_F(RoomTest, NobodyFillsTheAccountPastWhatCanBeRead) {
    boot();

    EXPECT_EQ(fill(device(), "k", 18), 8);

    expect_sync(device());
    EXPECT_EQ(server->document(), device().document());
    ASSERT_TRUE(device().client().erase({"k1", "k2"}));
    patch(device(), {{"small", 1}});
    expect_sync(device());
    EXPECT_EQ(server->document().size(), 7U);
}

TEST_F(RoomTest, ManySmallSettingsCountLikeFewLargeOnes) {
    boot();
    int made = 0;
    for (; made < 18; ++made) {
        Json some = Json::object();
        for (int n = 0; n < 9'500; ++n)
            some["k" + std::to_string(made) + '.' + std::to_string(n)] = std::string(90, 'x');
        if (!device().client().patch(some)) break;
    }

    EXPECT_EQ(made, 8);
    ASSERT_TRUE(device().client().replace({{"small", 1}}));
    expect_sync(device());
    EXPECT_EQ(server->document(), Json({{"small", 1}}));
}

TEST_F(RoomTest, WhereTheAccountHoldsMoreRemovalsStillGo) {
    serve();
    for (auto const* name : {"a", "b"}) {
        auto& made = make_device(name, {{"server.lag_seconds", "0.01"}});
        made.start();
        ASSERT_TRUE(made.client().pause());
        EXPECT_EQ(fill(made, name, 6), 6);
    }
    for (auto& each : devices) ASSERT_TRUE(each.client().resume());
    for (auto& each : devices) expect_sync(each);
    expect_sync(device());
    ASSERT_EQ(device().document().size(), 12U);

    auto const refused = device().client().patch({{"more", 1}});
    ASSERT_FALSE(refused);
    EXPECT_EQ(refused.error().status(), 413U);
    EXPECT_THAT(refused.error().message(), HasSubstr("only removals"));
    ASSERT_TRUE(device().client().erase({"a1", "b1"}));

    for (auto& each : devices) expect_sync(each);
    EXPECT_EQ(server->document().size(), 10U);
    EXPECT_EQ(devices.back().document().size(), 10U);
}

}  // namespace
}  // namespace settings::system_test
