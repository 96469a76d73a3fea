// A network that loses packets: some, or all of them while link and routes look well.

#include "tests/system/support/network_test.h"

namespace settings::system_test {
namespace {

using std::chrono::duration;
using std::chrono::steady_clock;
using testing::Gt;
using testing::HasSubstr;
using testing::Le;

class PacketLossTest : public NetworkTest {
  protected:
    /// Impatient, so that not everything is mended by TCP.
    explicit PacketLossTest(char const* backoff_floor_seconds = "0.01")
        : NetworkTest{ipv4,
                      {{"server.connect_seconds", "0.3"},
                       {"server.answer_seconds", "0.5"},
                       {"sync.backoff_floor_seconds", backoff_floor_seconds}}} {}

    /// Skips the test where there is no nftables.
    void SetUp() override {
        NetworkTest::SetUp();
        if (IsSkipped()) return;
        try {
            there("nft list ruleset");
        } catch (std::runtime_error const& error) {
            GTEST_SKIP() << error.what();
        }
        plug_in();
        eventually("a sync", [this] { return device().client().sync(patience)->synced; });
        server->forget_requests();
    }

    /// Has the kernel do this, as nft(8) puts it, with all that the device sends and receives.
    void for_each_packet(std::string const& rule) {
        there(
            "nft 'flush ruleset; add table inet test; add counter inet test lost;"
            " add chain inet test in { type filter hook input priority 0; };"
            " add chain inet test out { type filter hook output priority 0; };"
            " add rule inet test in " +
            rule + "; add rule inet test out " + rule + "'");
    }
    long lost() { return number_there("nft list counter inet test lost", "packets"); }

    /// Has the next attempt begin with a connection of its own.
    void break_connections() const {
        server->set_online(false);
        server->set_online(true);
    }
};

TEST_F(PacketLossTest, OfAFifthOfThemDelaysEditsAndLosesNone) {
    constexpr std::size_t edits = 5;
    for_each_packet("numgen random mod 100 < 20 counter name lost drop");

    for (std::size_t edit = 0; edit < edits; ++edit) {
        std::string const several_packets(5'000, 'x');
        patch(device(), {{"theme", edit}, {std::to_string(edit), several_packets}});
        eventually("the edit arrives", [&] { return server->document() == device().document(); });
        break_connections();
    }

    expect_eventually([&] { return device().status().pending; }, 0U);
    EXPECT_THAT(lost(), Gt(0));
    EXPECT_THAT(server->requests().size(), Le(3 * 2 * edits)) << server->methods();
    expect_no_conflict(device());
}

class BlackoutTest : public PacketLossTest {
  protected:
    BlackoutTest() : PacketLossTest{"1"} {}

    /// So many attempts fit in that time when each waits as it should.
    static long attempts_within(duration<double> time) {
        constexpr duration<double> wait{0.3 + 1};
        return static_cast<long>(time / wait) + 1;
    }
};

/// Nothing tells the device when it is over, so its own next attempt has to find out.
TEST_F(BlackoutTest, CostsFewAttemptsAndEverythingSyncsByItselfAfterwards) {
    for_each_packet("drop");
    patch(device(), {{"theme", "light"}});
    expect_eventually([&] { return device().status().summary; }, HasSubstr("cannot reach"));
    auto const start = steady_clock::now();
    auto const connections = counted("TcpActiveOpens");

    for (int edit = 0; edit < 10; ++edit) patch(device(), {{"theme", edit}});

    expect_rest(effort_of_a_second());
    auto const attempts = counted("TcpActiveOpens") - connections;
    EXPECT_THAT(attempts, Le(attempts_within(steady_clock::now() - start)));
    EXPECT_EQ(device().status().pending, 1U);
    for_each_packet("accept");
    expect_eventually([&] { return server->document(); }, Json{{"theme", 9}});
    expect_eventually([&] { return device().status().pending; }, 0U);
}

}  // namespace
}  // namespace settings::system_test
