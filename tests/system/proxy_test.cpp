// Networks as companies have them: a proxy as the only way out, a gateway that lets in known
// machines alone. Real ones, between two networks of the test's own.

#include <csignal>
#include <filesystem>
#include <optional>

#include "tests/system/support/network_test.h"

namespace settings::system_test {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

/// Debian's tinyproxy at the server's end of the cable. No route leads from the device to the
/// server.
class ProxyTest : public NetworkTest {
  protected:
    ProxyTest()
        : NetworkTest{ipv4, Daemon::Settings{{"server.proxy", quoted("http://192.0.2.1:3128")},
                                             {"sync.backoff_cap_seconds", "0.5"}}} {}

    void start_proxy(std::string const& further = "") {
        auto const file = folder / "tinyproxy.conf";
        write_text(file, "Port 3128\nListen 192.0.2.1\nTimeout 60\nLogLevel Connect\nLogFile \"" +
                             log().string() + "\"\n" + further);
        proxy.emplace(std::vector<std::string>{"tinyproxy", "-d", "-c", file}, Process::Output{});
    }

    [[nodiscard]] std::filesystem::path log() const { return folder / "tinyproxy.log"; }

    std::optional<Process> proxy;
};

TEST_F(ProxyTest, LeadsToTheServer) {
    patch(device(), {{"theme", "dark"}});
    expect_eventually([&] { return device().status().state; }, "offline");

    join_network();
    start_proxy();

    expect_eventually([&] { return server->document(); }, Json{{"theme", "dark"}});
    EXPECT_THAT(read_text(log()), HasSubstr("CONNECT 198.51.100.1:"));
}

TEST_F(ProxyTest, ThatIsDownIsNamedAndAwaited) {
    join_network();
    patch(device(), {{"theme", "dark"}});
    expect_eventually([&] { return device().log(); },
                      HasSubstr("cannot reach the proxy 192.0.2.1:3128: Connection refused"));

    start_proxy();

    expect_eventually([&] { return server->document(); }, Json{{"theme", "dark"}});
}

TEST_F(ProxyTest, ThatDoesNotLeadThereIsNoFailureOfTheServer) {
    join_network();
    start_proxy("ConnectPort 1\n");
    patch(device(), {{"theme", "dark"}});

    expect_eventually(
        [&] { return device().log(); },
        HasSubstr("the proxy 192.0.2.1:3128 does not lead to 198.51.100.1: it answers "
                  "403"));
    EXPECT_THAT(server->requests(), IsEmpty());
}

TEST_F(ProxyTest, ThatAsksForAPasswordGetsTheOneOfTheFile) {
    join_network();
    start_proxy("BasicAuth ada open-sesame-7\n");
    patch(device(), {{"theme", "dark"}});
    expect_eventually([&] { return device().log(); },
                      HasSubstr("asks for a user name and a password"));

    auto const secret = folder / "proxy";
    write_text(secret, "ada:open-sesame-7\n");
    std::filesystem::permissions(secret, std::filesystem::perms{0600});
    device().configure({{"server.proxy", quoted("http://192.0.2.1:3128")},
                        {"server.proxy_credentials", quoted(secret)},
                        {"server.url", quoted(server->url())},
                        {"server.ca_file", quoted(server->ca())}});
    device().process().send(SIGHUP);

    expect_eventually([&] { return server->document(); }, Json{{"theme", "dark"}});
    EXPECT_THAT(device().places_of("open-sesame-7"), IsEmpty());
    EXPECT_THAT(device().places_of("YWRhOm9wZW4tc2VzYW1lLTc="), IsEmpty()) << "as it is sent";
}

constexpr char const* nginx_program = "/usr/sbin/nginx";

std::string port_of(std::string const& url) { return url.substr(url.rfind(':') + 1); }

/// The files of a gateway: the server's certificate is also the machine's.
struct Gateway {
    std::filesystem::path ca;
    std::filesystem::path certificate;
    std::filesystem::path key;
    std::filesystem::path folder;  ///< for what it writes
    std::string server_port;
};

/// Refuses the handshake.
std::vector<std::string> socat(Gateway const& files) {
    std::string const trust = ",cafile=" + files.ca.string() + ",verify=1";
    return {"socat",
            "OPENSSL-LISTEN:8443,fork,reuseaddr,bind=198.51.100.1,cert=" +
                files.certificate.string() + ",key=" + files.key.string() + trust,
            "OPENSSL:198.51.100.1:" + files.server_port + trust + ",commonname=localhost"};
}

/// Completes the handshake, and answers each request with a page.
std::vector<std::string> nginx(Gateway const& files) {
    auto const configuration = files.folder / "nginx.conf";
    write_text(configuration,
               "daemon off; master_process off; pid " + (files.folder / "nginx.pid").string() +
                   "; error_log stderr; events {} http { access_log off; client_body_temp_path " +
                   (files.folder / "nginx-bodies").string() + "; proxy_temp_path " +
                   (files.folder / "nginx-answers").string() +
                   "; server { listen 198.51.100.1:8443 ssl; ssl_certificate " +
                   files.certificate.string() + "; ssl_certificate_key " + files.key.string() +
                   "; ssl_client_certificate " + files.ca.string() +
                   "; ssl_verify_client on; location / { proxy_pass https://198.51.100.1:" +
                   files.server_port + "; } } }\n");
    return {nginx_program, "-e", "stderr", "-c", configuration.string()};
}

struct GatewayKind {
    char const* name;
    std::vector<std::string> (*command)(Gateway const& files);
    char const* words;  ///< to a machine that it does not know
};

void PrintTo(GatewayKind const& kind, std::ostream* stream) { *stream << kind.name; }

/// A gateway before the server that lets in known machines alone.
class ClientCertificateTest : public NetworkTest, public testing::WithParamInterface<GatewayKind> {
  protected:
    void SetUp() override {
        if (GetParam().command == nginx && !std::filesystem::exists(nginx_program))
            GTEST_SKIP() << "there is no nginx; script/setup nginx-light installs it";
        NetworkTest::SetUp();
        if (IsSkipped()) return;
        auto const made = server->ca().parent_path();
        files = {server->ca(), made / "server.pem", made / "server.key", folder.path(),
                 port_of(server->url())};
        gateway.emplace(GetParam().command(files), Process::Output{});
        plug_in();
    }

    void go_through_gateway(Daemon::Settings further) {
        further.merge(Daemon::Settings{{"server.url", quoted("https://198.51.100.1:8443")},
                                       {"server.ca_file", quoted(files.ca)},
                                       {"sync.backoff_cap_seconds", "0.5"}});
        device().configure(further);
        device().process().send(SIGHUP);
    }

    Gateway files;
    std::optional<Process> gateway;
};

INSTANTIATE_TEST_SUITE_P(
    Gateway, ClientCertificateTest,
    testing::Values(GatewayKind{"Socat", socat, "does the server ask for a client certificate?"},
                    GatewayKind{
                        "Nginx", nginx,
                        "the server answered 400: 400 No required SSL certificate was sent; does a "
                        "gateway ask for a client certificate? See server.client_certificate"}),
    [](auto const& kind) { return kind.param.name; });

TEST_P(ClientCertificateTest, IsAskedForInPlainWordsAndShown) {
    go_through_gateway({});
    patch(device(), {{"theme", "dark"}});
    expect_eventually([&] { return device().log(); }, HasSubstr(GetParam().words));
    auto const walk = device().client().walk().value();
    EXPECT_THAT(walk.steps.back().advice, HasSubstr("server.client_certificate"));
    EXPECT_THAT(server->writes(), IsEmpty());

    go_through_gateway({{"server.client_certificate", quoted(files.certificate)},
                        {"server.client_key", quoted(files.key)}});

    expect_eventually([&] { return server->document(); }, Json{{"theme", "dark"}});
    auto const pem = read_text(files.key);
    auto const secret = pem.substr(pem.find('\n') + 1, 40);
    EXPECT_THAT(device().places_of(secret), IsEmpty());
}

/// The packets to one of the server's addresses go nowhere, as behind a firewall that drops.
class BlackholeTest : public NetworkTest {
  protected:
    BlackholeTest() : NetworkTest{ipv4, {{"server.connect_seconds", "5"}}} {}

    /// Drops what matches, in the words of nft.
    void drop(std::string const& matching) {
        there(
            "nft add table inet lost && nft add chain inet lost out "
            "'{ type filter hook output priority 0; }' && "
            "nft add rule inet lost out " +
            matching + " drop");
    }

    /// Expects the server to be reached at the other address. The certificate is for the server's
    /// address alone, so the name is refused; but by the server itself.
    void expect_reached_by_name() {
        device().configure({{"server.url", quoted("https://far.example:" + port_of(server->url()))},
                            {"server.ca_file", quoted(server->ca())},
                            {"server.connect_seconds", "5"}});
        device().process().send(SIGHUP);
        patch(device(), {{"theme", "dark"}});

        expect_eventually([&] { return device().log(); },
                          AllOf(HasSubstr("no secure connection to far.example"),
                                Not(HasSubstr("cannot reach far.example"))));
    }
};

TEST_F(BlackholeTest, OfOneAddressCostsNotTheOtherOne) {
    hosts->write("198.51.100.2 far.example\n198.51.100.1 far.example\n");
    plug_in();
    drop("ip daddr 198.51.100.2");

    expect_reached_by_name();
}

/// The same with an address of each family, of which one is blackholed.
class BlackholeFamilyTest : public BlackholeTest, public testing::WithParamInterface<char const*> {
  protected:
    /// The other family's addresses, beside those of plug_in().
    void add_ipv6() {
        here->ip("addr add 2001:db8:1::1 dev lo");
        here->ip("addr add 2001:db8::1/64 nodad dev server");
        there(
            "ip addr add 2001:db8::2/64 nodad dev device && "
            "ip route add default via 2001:db8::1 dev device");
    }
};

INSTANTIATE_TEST_SUITE_P(Dropped, BlackholeFamilyTest,
                         testing::Values("ip daddr 198.51.100.1", "ip6 daddr 2001:db8:1::1"),
                         [](auto const& dropped) {
                             return std::string{dropped.param}.starts_with("ip6") ? "Ipv6" : "Ipv4";
                         });

TEST_P(BlackholeFamilyTest, LeavesTheOtherOne) {
    hosts->write("2001:db8:1::1 far.example\n198.51.100.1 far.example\n");
    plug_in();
    add_ipv6();
    auto const port = port_of(server->url());
    Process const other_family{{"socat", "TCP6-LISTEN:" + port + ",fork,reuseaddr,ipv6-v6only=1",
                                "TCP4:198.51.100.1:" + port},
                               Process::Output{}};
    expect_eventually(
        [&] {
            return run({"ss", "-Hltn6"}, folder.path()).output;
        },
        HasSubstr(":" + port));
    drop(GetParam());

    expect_reached_by_name();
}

}  // namespace
}  // namespace settings::system_test
