// A request that was given up on, and reaches the server after newer ones.

#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

using testing::HasSubstr;
using testing::Values;

class LateTest : public SystemTest, public testing::WithParamInterface<char const*> {
  protected:
    /// Has the server hold back an edit, for longer than it takes a newer one of the same setting
    /// to arrive on a slow machine; and between the two, unless the backoff is longer, the older
    /// one once more.
    void overtake(char const* backoff_seconds) {
        boot({"--merge", GetParam()}, {{"sync.backoff_floor_seconds", backoff_seconds}});
        server->set_faults("drop and apply after 6 seconds on PUT");
        patch(device(), older);
        expect_eventually([&] { return server->faults_left(); }, 0);
        expect_eventually([&] { return device().status().last_error.has_value(); }, true);
        patch(device(), newer);
        expect_sync(device());
        EXPECT_EQ(server->document(), newer);
    }

    /// The late request arrives; expects the next look to put things right, for good.
    void expect_repair() {
        expect_eventually([&] { return server->document(); }, older);
        expect_sync(device());
        EXPECT_EQ(server->document(), newer);
        EXPECT_EQ(device().document(), newer);
    }

    Json const older{{"panel", {{"size", 1}, {"side", "left"}}}};
    Json const newer{{"panel", {{"size", 2}, {"side", "left"}}}};
};

INSTANTIATE_TEST_SUITE_P(Merge, LateTest, Values("deep", "shallow"),
                         [](auto const& merge) { return std::string{merge.param}; });

TEST_P(LateTest, ALookAMinuteLaterIsDueAndRepairsIt) {
    overtake("600");
    EXPECT_THAT(server->writes(), testing::SizeIs(2));
    auto const next = device().status().next_attempt;
    ASSERT_TRUE(next);
    EXPECT_THAT(next->reason, HasSubstr("whether what was sent has stayed"));
    EXPECT_LE(next->in, std::chrono::minutes{1});

    expect_repair();
}

TEST_P(LateTest, TheNextProcessRepairsItToo) {
    overtake("0.01");

    device().kill();
    expect_eventually([&] { return server->document(); }, older);
    device().start();

    expect_sync(device());
    EXPECT_EQ(server->document(), newer);
    EXPECT_EQ(device().document(), newer);
}

}  // namespace
}  // namespace settings::system_test
