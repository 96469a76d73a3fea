#include "daemon/host/network_watch.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <cerrno>
#include <cstddef>
#include <fstream>
#include <optional>
#include <system_error>
#include <thread>
#include <vector>

#include "tests/support/eventually.h"
#include "tests/support/network_namespace.h"
#include "tests/support/privilege.h"
#include "tests/support/temporary_folder.h"

namespace settings::daemon {
namespace {

namespace asio = boost::asio;
using testing::AllOf;
using testing::Contains;
using testing::Each;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr NetworkChange gained{.gained = true, .lost = false};
constexpr NetworkChange lost{.gained = false, .lost = true};

/// Real links and routes, in a network of the test's own.
class NetworkWatchTest : public testing::Test {
  protected:
    void SetUp() override { make_or_skip(network); }

    /// Two ends of a cable: `here`, with an address, and `there`. Without the addresses that IPv6
    /// makes up by itself, which come and go in their own time.
    void plug_in() const {
        ip("link add here type veth peer name there");
        ip("link set here addrgenmode none");
        ip("link set there addrgenmode none");
        ip("addr add 192.0.2.1/24 dev here");
        ip("link set there up");
        ip("link set here up");
    }

    /// IPv6 has more to tell of a link than the link itself.
    static void forbid_ipv6() { std::ofstream{"/proc/sys/net/ipv6/conf/all/disable_ipv6"} << "1"; }

    void watch_from_now_on() {
        watch.emplace(loop.get_executor(),
                      [this](NetworkChange change) { heard.push_back(change); });
        asio::co_spawn(loop, watch->run(), [](std::exception_ptr const& cause) {
            if (cause) std::rethrow_exception(cause);
        });
        loop.poll();
    }

    /// Lets the watch sleep until it tells whether there is a route.
    void expect_route(bool expected) {
        auto const deadline = std::chrono::steady_clock::now() + patience;
        while (watch->has_network() != expected && loop.run_one_until(deadline) > 0) {
        }
        EXPECT_EQ(watch->has_network(), expected);
    }

    /// What the watch tells to have changed by now.
    std::vector<NetworkChange> news() {
        loop.poll();
        std::erase(heard, NetworkChange{});
        return std::exchange(heard, {});
    }

    void ip(std::string const& arguments) const { network->ip(arguments); }

    std::optional<NetworkNamespace> network;
    asio::io_context loop{1};
    std::vector<NetworkChange> heard;
    std::optional<NetworkWatch> watch;
};

TEST_F(NetworkWatchTest, TheLoopbackAloneLeadsNowhere) {
    ip("link set lo up");
    ip("route add 198.51.100.0/24 dev lo");

    watch_from_now_on();

    EXPECT_EQ(watch->has_network(), false);
}

TEST_F(NetworkWatchTest, ANetworkWithoutADefaultRouteCounts) {
    watch_from_now_on();
    EXPECT_EQ(watch->has_network(), false);

    plug_in();

    expect_route(true);
    EXPECT_THAT(heard, Contains(gained));
}

TEST_F(NetworkWatchTest, ALinkThatIsTakenDownCountsNoMore) {
    plug_in();
    watch_from_now_on();
    expect_route(true);
    heard.clear();

    ip("link set here down");

    expect_route(false);
    EXPECT_THAT(heard, Contains(lost));
}

TEST_F(NetworkWatchTest, ALinkWithoutACarrierCountsNoMore) {
    plug_in();
    forbid_ipv6();
    watch_from_now_on();
    expect_route(true);

    ip("link set there down");
    expect_route(false);

    ip("link set there up");
    expect_route(true);
}

TEST_F(NetworkWatchTest, TellsOfEachRouteThatComesOrGoes) {
    plug_in();
    watch_from_now_on();
    expect_route(true);
    news();

    ip("route add default via 192.0.2.254");
    EXPECT_THAT(news(), ElementsAre(gained));

    ip("route del default");
    EXPECT_THAT(news(), ElementsAre(lost));
    EXPECT_EQ(watch->has_network(), true);

    ip("route del 192.0.2.0/24 dev here");
    EXPECT_THAT(news(), ElementsAre(lost));
    EXPECT_EQ(watch->has_network(), false);
}

TEST_F(NetworkWatchTest, TellsOfAnotherAddressAsOfAnotherNetwork) {
    plug_in();
    ip("route add 203.0.113.0/24 dev here");
    watch_from_now_on();
    expect_route(true);
    news();

    ip("addr add 192.0.2.7/32 dev here");
    EXPECT_THAT(news(), ElementsAre(gained));

    ip("addr del 192.0.2.7/32 dev here");
    EXPECT_THAT(news(), ElementsAre(lost));
}

TEST_F(NetworkWatchTest, ANewMetricIsNewsOfNoChange) {
    plug_in();
    ip("route add default via 192.0.2.254 metric 100");
    watch_from_now_on();
    expect_route(true);
    news();

    ip("route add default via 192.0.2.254 metric 20100");
    ip("route del default via 192.0.2.254 metric 100");

    loop.poll();
    EXPECT_THAT(heard, AllOf(Not(IsEmpty()), Each(NetworkChange{})));
}

/// They may lead to routes that were there before.
TEST_F(NetworkWatchTest, ARuleIsNewsOfNoChange) {
    plug_in();
    watch_from_now_on();
    expect_route(true);
    for (char const* family : {"-4", "-6"}) {
        news();
        ip(std::string{family} + " rule add lookup 100");
        loop.poll();
        EXPECT_THAT(heard, AllOf(Not(IsEmpty()), Each(NetworkChange{}))) << family;
    }
}

TEST_F(NetworkWatchTest, WhatComesTogetherIsToldOnce) {
    plug_in();
    watch_from_now_on();
    expect_route(true);
    news();

    for (char const* route : {"198.51.100.0/24", "203.0.113.0/24", "10.0.0.0/8"})
        ip(std::string{"route add "} + route + " dev here");
    ip("route del 10.0.0.0/8");

    EXPECT_THAT(news(), ElementsAre(gained));
}

TEST_F(NetworkWatchTest, MoreNewsThanTheKernelKeepsIsStillNews) {
    plug_in();
    watch_from_now_on();
    expect_route(true);
    news();
    TemporaryFolder const folder;
    std::ofstream batch{folder / "batch"};
    for (int i = 0; i < 4'000; ++i)
        batch << "route add 10.0." << i / 256 << '.' << i % 256 << " dev here\n";
    batch << "link set here down\n";
    batch.close();

    ip("-batch " + (folder / "batch").string());

    EXPECT_THAT(news(), ElementsAre(lost));
    EXPECT_EQ(watch->has_network(), false);
}

TEST_F(NetworkWatchTest, RoutesThatRefuseOrStayOnTheLinkLeadNowhere) {
    plug_in();
    ip("addr flush dev here");
    ip("route add unreachable 198.51.100.0/24");
    ip("route add blackhole default");
    ip("route add 203.0.113.0/24 dev here table local");
    ip("-6 route replace fe80::/64 dev here");

    watch_from_now_on();
    EXPECT_EQ(watch->has_network(), false);

    ip("-6 route add 2001:db8::/64 dev here");
    expect_route(true);
}

TEST_F(NetworkWatchTest, OneHopOfSeveralIsEnough) {
    plug_in();
    ip("link add second type veth peer name other");
    ip("addr add 198.51.100.1/24 dev second");
    ip("link set other up");
    ip("link set second up");
    ip("route add default nexthop via 192.0.2.2 nexthop via 198.51.100.2");
    watch_from_now_on();
    ip("route del 198.51.100.0/24 dev second");
    ip("route del 192.0.2.0/24 dev here");
    expect_route(true);
    news();

    ip("link set there down");
    eventually("the carrier is lost", [this] { return !news().empty(); });
    EXPECT_EQ(watch->has_network(), true);

    ip("link set other down");
    expect_route(false);
}

/// What the kernel writes into its log from now on; see dmesg(1).
class KernelLog {
  public:
    KernelLog() : log_{open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC)} {
        lseek(log_, 0, SEEK_END);
    }
    KernelLog(KernelLog const&) = delete;
    KernelLog& operator=(KernelLog const&) = delete;
    ~KernelLog() { close(log_); }

    [[nodiscard]] bool is_readable() const { return log_ >= 0; }

    std::string news() {
        std::array<char, 8192> record{};
        std::string all;
        for (ssize_t size = 0; (size = read(log_, record.data(), record.size())) > 0;)
            all.append(record.data(), static_cast<std::size_t>(size));
        return all;
    }

  private:
    int log_;
};

/// What it says would stand in the log of every machine, once for each change of its network. Only
/// the first few lines in five seconds are written, so this wants a process that has just begun.
TEST(NetworkReadingTest, TheKernelHasNothingToSayAboutALook) {
    KernelLog log;
    if (!log.is_readable()) GTEST_SKIP() << "the kernel's log takes a privilege";

    static_cast<void>(read_network());

    EXPECT_THAT(log.news(),
                Not(HasSubstr(std::string{"process `"} + program_invocation_short_name)));
}

/// Lets every later socket(AF_NETLINK, …) of this thread fail, as a sandbox does.
void forbid_netlink() {
    constexpr auto family = static_cast<unsigned>(offsetof(seccomp_data, args[0]));
    std::array<sock_filter, 6> rules{{
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(seccomp_data, nr)),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_socket, 0, 3),
        BPF_STMT(BPF_LD | BPF_W | BPF_ABS, family),
        BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, AF_NETLINK, 0, 1),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ERRNO | EAFNOSUPPORT),
        BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
    }};
    sock_fprog const program{rules.size(), rules.data()};
    ASSERT_EQ(prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0), 0);
    ASSERT_EQ(prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program), 0);
}

TEST(NetworkWatchInASandboxTest, KnowsOfNoRoutesAndHasNoNews) {
    std::thread sandbox{[] {
        forbid_netlink();
        EXPECT_THROW(static_cast<void>(read_network()), std::system_error);
        asio::io_context loop{1};
        NetworkWatch watch{loop.get_executor(), [](NetworkChange) { FAIL(); }};
        bool returned = false;
        asio::co_spawn(loop, watch.run(), [&](std::exception_ptr const&) { returned = true; });

        loop.run();

        EXPECT_TRUE(returned);
        EXPECT_EQ(watch.has_network(), std::nullopt);
    }};
    sandbox.join();
}

TEST(NetworkDifferenceTest, TellsWhatCameFromWhatWent) {
    Network const one{.routes = {"a"}, .addresses = {"x"}};
    Network const more{.routes = {"a", "b"}, .addresses = {"x"}};
    Network const other{.routes = {"a"}, .addresses = {"y"}};

    EXPECT_EQ(difference(one, one), NetworkChange{});
    EXPECT_EQ(difference(one, more), gained);
    EXPECT_EQ(difference(more, one), lost);
    EXPECT_EQ(difference(one, other), (NetworkChange{.gained = true, .lost = true}));
}

}  // namespace
}  // namespace settings::daemon
