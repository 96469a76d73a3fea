// A machine whose way to the world comes and goes.

#include <csignal>
#include <cstdlib>

#include "tests/system/support/network_test.h"

namespace settings::system_test {
namespace {

using std::chrono::seconds;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Values;

class OfflineTest : public NetworkTest {
  protected:
    using NetworkTest::NetworkTest;

    /// With a connection to the server that is kept.
    void go_online() {
        plug_in();
        expect_sync(device());
        server->forget_requests();
    }

    void expect_offline() {
        expect_eventually([&] { return device().status().state; }, "offline");
        EXPECT_EQ(device().status().summary, "no network route leads to the server");
        EXPECT_EQ(device().status().pending, 1U);
    }

    /// Makes edits, and looks on. Each attempt shows: as a connection that the kernel begins, or in
    /// the log, because the kernel does not.
    void expect_edits_to_lead_to_nothing() {
        auto const log = device().log();
        auto const connections = counted("TcpActiveOpens");
        for (int edit = 0; edit < 10; ++edit) patch(device(), {{"theme", edit}});

        expect_rest(effort_of_a_second());

        EXPECT_EQ(device().status().state, "offline");
        EXPECT_EQ(counted("TcpActiveOpens"), connections);
        EXPECT_EQ(device().log(), log);
        EXPECT_THAT(server->requests(), IsEmpty());
    }

    /// The device says itself when it will go on, so no clock is needed here.
    void expect_sync_within_seconds(Json const& theme) {
        auto const in_a_moment = [this] {
            auto const status = device().status();
            return status.state != "offline" && (!status.next_attempt || status.pending == 0 ||
                                                 status.next_attempt->in <= seconds{5});
        };
        expect_eventually(in_a_moment, true);
        expect_eventually([&] { return server->document(); }, Json{{"theme", theme}});
        EXPECT_EQ(server->methods(), "GET PUT");
    }
};

TEST_F(OfflineTest, WithoutARouteNothingIsTriedAndWithOneItSyncsByItself) {
    patch(device(), {{"theme", "light"}});
    expect_offline();
    expect_edits_to_lead_to_nothing();
    EXPECT_EQ(counted("TcpActiveOpens"), 0);
    EXPECT_EQ(counted("IpOutNoRoutes"), 0) << "what the kernel was asked for in vain";

    plug_in();

    expect_sync_within_seconds(9);
}

TEST_F(OfflineTest, ALinkThatFlapsCostsFewRequests) {
    go_online();

    for (int flap = 0; flap < 20; ++flap) {
        unplug();
        patch(device(), {{"theme", flap}});
        plug_in();
    }

    expect_eventually([&] { return server->document(); }, Json{{"theme", 19}});
    EXPECT_LE(server->requests().size(), 10U) << server->methods();
}

/// One way to lose the network.
struct Loss {
    char const* name;
    Addresses const& addresses;
    char const* here;   ///< a line of shell at the server's end …
    char const* there;  ///< … and one at the device's
};

void PrintTo(Loss const& loss, std::ostream* stream) { *stream << loss.name; }

class LossTest : public OfflineTest, public testing::WithParamInterface<Loss> {
  protected:
    LossTest() : OfflineTest{GetParam().addresses} {}
};

/// The kernel sends into a link without a carrier, so there every attempt would be a connection.
INSTANTIATE_TEST_SUITE_P(
    Network, LossTest,
    Values(Loss{"TheLinkOfIpv6", ipv6, "true", "ip link set device down"},
           Loss{"TheCarrier", ipv4, "ip link set server down",
                "until ip link show device | grep -q NO-CARRIER; do sleep 0.01; done"},
           Loss{"TheRoutes", ipv4, "true", "ip route flush dev device"},
           Loss{"TheDefaultRoute", ipv4, "true", "ip route del default"},
           Loss{"TheDefaultRouteOfIpv6", ipv6, "true", "ip -6 route del default"},
           Loss{"TheDefaultRouteToABlackhole", ipv4, "true", "ip route replace blackhole default"}),
    [](auto const& loss) { return loss.param.name; });

TEST_P(LossTest, EndsAllAttemptsUntilItIsBackAndThenItIsUsedWithinSeconds) {
    go_online();
    ASSERT_EQ(std::system(GetParam().here), 0);
    there(GetParam().there);
    patch(device(), {{"theme", "light"}});
    expect_offline();
    expect_edits_to_lead_to_nothing();

    plug_in();

    expect_sync_within_seconds(9);
}

class FarServerTest : public OfflineTest {
  protected:
    /// The waits alone would last longer than any test.
    FarServerTest() : OfflineTest{ipv4, {{"sync.backoff_floor_seconds", "600"}}} {}
};

/// The device's own network might be the server's, so its name is looked up, once.
TEST_F(FarServerTest, IsNotTriedBeforeARouteLeadsThere) {
    patch(device(), {{"theme", "light"}});
    expect_offline();
    join_network();
    expect_eventually([&] { return device().log(); },
                      HasSubstr("no network route leads to 198.51.100.1"));
    expect_offline();
    expect_edits_to_lead_to_nothing();
    EXPECT_EQ(counted("TcpActiveOpens"), 0);

    lay_route();

    expect_sync_within_seconds(9);
}

/// A server whose name has another address in another network. Nobody listens on its port, and an
/// attempt in vain is all that is wanted.
class NamedServerTest : public OfflineTest {
  protected:
    NamedServerTest()
        : OfflineTest{
              ipv4,
              {{"server.url", "\"https://far.example\""}, {"sync.backoff_floor_seconds", "600"}}} {}

    void expect_log(std::string const& sentence, int times) {
        auto const said = [&] {
            auto const log = device().log();
            int count = 0;
            for (auto at = log.find(sentence); at != log.npos; at = log.find(sentence, at + 1))
                ++count;
            return count;
        };
        expect_eventually(said, times);
    }
};

TEST_F(NamedServerTest, IsLookedUpAnewOnAnotherNetwork) {
    patch(device(), {{"theme", "light"}});
    join_network();
    expect_log("no network route leads to far.example", 1);
    expect_offline();

    hosts->write("203.0.113.1 far.example\n");
    here->ip("addr add 203.0.113.1/32 dev lo");
    there("ip route add 203.0.113.0/24 via 192.0.2.1");

    expect_log("cannot reach far.example: Connection refused", 1);
}

TEST_F(NamedServerTest, AReloadForgetsNotWhereItWas) {
    patch(device(), {{"theme", "light"}});
    join_network();
    expect_log("no network route leads to far.example", 1);
    expect_offline();

    hosts->write("");
    device().process().send(SIGHUP);

    expect_log("cannot find far.example", 1);
    expect_offline();
    expect_edits_to_lead_to_nothing();
}

}  // namespace
}  // namespace settings::system_test
