#include "sync/remote/https_remote.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>

#include <array>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/ssl/stream.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <fstream>
#include <iomanip>
#include <memory>
#include <optional>
#include <sstream>

#include "emulator/certificate.h"
#include "loop/as_errors.h"
#include "tests/support/eventually.h"
#include "tests/support/network_namespace.h"
#include "tests/support/privilege.h"
#include "tests/support/replaced_file.h"
#include "tests/support/silent_name_server.h"
#include "tests/support/temporary_folder.h"

namespace settings::sync {
namespace {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using asio::ip::tcp;
using testing::StartsWith;

void rethrow(std::exception_ptr const& cause) {
    if (cause) std::rethrow_exception(cause);
}

/// A server with a certificate for 127.0.0.1, on the loop of the test.
class Server {
  public:
    enum class Conduct {
        answers,          ///< each request, in full
        hears,            ///< each request, and says nothing
        is_deaf,          ///< reads nothing after the TLS handshake
        shakes_no_hands,  ///< takes the connection, and says nothing in TLS
        takes_no_calls,   ///< leaves the connection to the kernel, whose queue is full
    };

    explicit Server(asio::io_context& loop) : loop_{loop} {
        ca = show_identity_in(folder_.path() / "tls");
        acceptor_.listen(0);
        port = acceptor_.local_endpoint().port();
    }

    void start() { asio::co_spawn(loop_, serve(), rethrow); }

    /// Shows a certificate of the authority in `folder`, a new one if need be. Returns its file.
    std::filesystem::path show_identity_in(std::filesystem::path const& folder) {
        auto const now = std::chrono::time_point_cast<emulator::Time::duration>(
            std::chrono::system_clock::now());
        auto const identity = emulator::make_identity(folder, emulator::CertificateKind::good, now);
        context_.use_certificate_chain(asio::buffer(identity.certificate_pem));
        context_.use_private_key(asio::buffer(identity.key_pem), asio::ssl::context::pem);
        return identity.trusted;
    }

    void speak_no_newer_than(int version) {
        SSL_CTX_set_max_proto_version(context_.native_handle(), version);
    }

    /// Knows no session of its past, as after a restart.
    void forget_sessions() {
        std::array<unsigned char, 80> keys{};
        RAND_bytes(keys.data(), static_cast<int>(keys.size()));
        SSL_CTX_set_tlsext_ticket_keys(context_.native_handle(), keys.data(), keys.size());
    }

    /// Serves only who shows a certificate of its own authority.
    void demand_certificate() {
        context_.load_verify_file(ca.string());
        context_.set_verify_mode(asio::ssl::verify_peer | asio::ssl::verify_fail_if_no_peer_cert);
    }

    /// Has the kernel ignore who connects from now on.
    void fill_queue() { queued_.connect(acceptor_.local_endpoint()); }

    Conduct conduct = Conduct::answers;
    std::vector<std::string> pieces;  ///< writes that make up an answer; empty for a usual one
    std::filesystem::path ca;
    std::uint16_t port = 0;
    int connections = 0;
    int greetings = 0;  ///< connections on which the client began TLS
    int handshakes = 0;
    int resumptions = 0;  ///< handshakes that went on with an earlier session
    int requests = 0;

  private:
    using Stream = asio::ssl::stream<tcp::socket>;

    asio::awaitable<void> serve() {
        for (;;) {
            auto [error, socket] = co_await acceptor_.async_accept(loop::as_errors);
            if (error) co_return;
            ++connections;
            asio::co_spawn(loop_, attend(std::make_unique<Stream>(std::move(socket), context_)),
                           rethrow);
        }
    }

    asio::awaitable<void> attend(std::unique_ptr<Stream> stream) {
        co_await stream->next_layer().async_wait(tcp::socket::wait_read, loop::as_errors);
        ++greetings;
        if (conduct == Conduct::shakes_no_hands) co_await hold(*stream);
        auto [error] = co_await stream->async_handshake(Stream::server, loop::as_errors);
        if (error) co_return;
        ++handshakes;
        resumptions += SSL_session_reused(stream->native_handle());
        if (conduct == Conduct::is_deaf) co_await hold(*stream);
        co_await converse(*stream);
    }

    asio::awaitable<void> converse(Stream& stream) {
        boost::beast::flat_buffer buffer;
        for (;;) {
            http::request<http::string_body> request;
            auto [error, size] =
                co_await http::async_read(stream, buffer, request, loop::as_errors);
            if (error) co_return;
            ++requests;
            if (conduct == Conduct::hears) continue;
            for (auto const& piece : pieces)
                co_await asio::async_write(stream, asio::buffer(piece), loop::as_errors);
            if (!pieces.empty()) continue;
            http::response<http::string_body> response{http::status::ok, 11};
            response.body() = "{}";
            response.prepare_payload();
            co_await http::async_write(stream, response, loop::as_errors);
        }
    }

    /// Keeps the connection for as long as the loop lives.
    asio::awaitable<void> hold(Stream& stream) {
        co_await stream.next_layer().async_wait(tcp::socket::wait_error, loop::as_errors);
    }

    asio::io_context& loop_;
    TemporaryFolder folder_;
    asio::ssl::context context_{asio::ssl::context::tls_server};
    tcp::acceptor acceptor_{loop_, tcp::endpoint{asio::ip::address_v4::loopback(), 0}};
    tcp::socket queued_{loop_};
};

/// How many connections to a port of 127.0.0.1 the other side has not taken yet (SYN_SENT).
int connecting_to(std::uint16_t port) {
    std::ostringstream wanted;
    wanted << "0100007F:" << std::hex << std::uppercase << std::setw(4) << std::setfill('0') << port
           << " 02";
    std::ifstream table{"/proc/net/tcp"};
    int found = 0;
    for (std::string line; std::getline(table, line);)
        if (line.find(wanted.str()) != std::string::npos) ++found;
    return found;
}

class HttpsRemoteTest : public testing::Test {
  protected:
    HttpsRemoteTest() { call_on("127.0.0.1", std::chrono::hours{1}); }

    void call_on(std::string host, Time within) { call(options_for(std::move(host), within)); }

    void call(HttpsRemote::Options const& options) {
        remote = std::make_unique<HttpsRemote>(loop->get_executor(), options);
    }

    HttpsRemote::Options options_for(std::string host, Time within) {
        HttpsRemote::Options options;
        options.host = std::move(host);
        options.port = std::to_string(server.port);
        options.tls.authorities = server.ca;
        options.user_agent = "test";
        options.connect_within = options.answer_within = within;
        return options;
    }

    void serve(Server::Conduct conduct) {
        server.conduct = conduct;
        server.start();
    }

    void start(Request request) {
        outcome.reset();
        asio::co_spawn(*loop, remote->call(std::move(request), "token"),
                       [this](std::exception_ptr const& cause, HttpsRemote::Outcome done) {
                           rethrow(cause);
                           outcome = std::move(done);
                       });
    }

    template <class Condition>
    void run_until(Condition condition) {
        auto const deadline = std::chrono::steady_clock::now() + patience;
        loop->restart();
        while (!condition() && std::chrono::steady_clock::now() < deadline)
            loop->run_one_for(std::chrono::milliseconds{20});
        ASSERT_TRUE(condition());
    }

    void expect_answer(Request request) {
        start(std::move(request));
        ASSERT_NO_FATAL_FAILURE(run_until([this] { return outcome.has_value(); }));
        ASSERT_TRUE(std::holds_alternative<Answer>(*outcome))
            << std::get<Failure>(*outcome).message;
    }

    /// Expects the call under way to wait until the network changes, and then to end in one turn.
    void expect_end(Fault fault) {
        loop->poll();
        ASSERT_FALSE(outcome);
        remote->disconnect();
        ASSERT_NO_FATAL_FAILURE(run_until([this] { return outcome.has_value(); }));
        ASSERT_TRUE(std::holds_alternative<Failure>(*outcome));
        EXPECT_EQ(std::get<Failure>(*outcome).fault, fault);
        EXPECT_EQ(std::get<Failure>(*outcome).message, "the network changed");
    }

    /// Expects that what was cut off leaves nothing behind.
    void expect_next_call_to_work() {
        server.conduct = Server::Conduct::answers;
        int const before = server.connections;
        expect_answer(get);
        EXPECT_EQ(server.connections, before + 1) << "a connection of its own";
    }

    Request const get{"GET", "/settings/user", ""};
    Request const put{"PUT", "/settings/user", R"({"a":1})"};
    std::optional<asio::io_context> loop{1};
    Server server{*loop};
    std::unique_ptr<HttpsRemote> remote;
    std::optional<HttpsRemote::Outcome> outcome;
};

TEST_F(HttpsRemoteTest, KeepsItsConnection) {
    serve(Server::Conduct::answers);

    expect_answer(get);
    expect_answer(put);

    EXPECT_EQ(server.connections, 1);
}

constexpr char const* chunked_head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n";

TEST_F(HttpsRemoteTest, AChunkedAnswerMayCutItsBodyAnywhere) {
    std::string const body = "2;x=y\r\n{}\r\n0\r\nTrailer: z\r\n\r\n";
    serve(Server::Conduct::answers);
    for (std::size_t first = 0; first <= body.size(); ++first) {
        for (std::size_t size : {1U, 2U, 3U}) {
            server.pieces = {chunked_head + body.substr(0, first)};
            for (auto at = first; at < body.size(); at += size)
                server.pieces.push_back(body.substr(at, size));
            expect_answer(get);
            EXPECT_EQ(std::get<Answer>(*outcome).body, "{}") << first << ' ' << size;
        }
    }
    EXPECT_EQ(server.connections, 1);
}

TEST_F(HttpsRemoteTest, AnEmptyChunkedAnswerMayTrickle) {
    server.pieces = {chunked_head, "0\r\n", "\r", "\n"};
    serve(Server::Conduct::answers);

    expect_answer(get);

    EXPECT_EQ(std::get<Answer>(*outcome).body, "");
}

TEST_F(HttpsRemoteTest, WhatStandsBetweenAndBehindChunksHasABound) {
    serve(Server::Conduct::answers);
    std::string const endless(1 << 20, 'a');
    for (auto const* begin : {"1;x=", "0\r\nX: ", "0;x=", "1"}) {
        server.pieces.assign(8, endless);
        server.pieces.insert(server.pieces.begin(), std::string{chunked_head} + begin);
        start(get);
        ASSERT_NO_FATAL_FAILURE(run_until([this] { return outcome.has_value(); }));

        ASSERT_TRUE(std::holds_alternative<Failure>(*outcome)) << begin;
        EXPECT_EQ(std::get<Failure>(*outcome).fault, Fault::unknown_outcome) << begin;
    }
}

TEST_F(HttpsRemoteTest, MakesANewConnectionAfterTheNetworkChanged) {
    serve(Server::Conduct::answers);
    expect_answer(get);

    remote->disconnect();
    remote->disconnect();

    expect_answer(put);
    EXPECT_EQ(server.connections, 2);
}

TEST_F(HttpsRemoteTest, WithoutACaFileTrustsTheSystemsAuthoritiesAndNobodyElse) {
    serve(Server::Conduct::answers);
    TemporaryFolder const authorities;
    auto const directory = authorities.path().string();
    auto options = options_for("127.0.0.1", std::chrono::hours{1});
    options.tls.authorities.clear();

    unsetenv("SSL_CERT_FILE");
    setenv("SSL_CERT_DIR", directory.c_str(), 1);
    call(options);
    start(get);
    ASSERT_NO_FATAL_FAILURE(run_until([this] { return outcome.has_value(); }));
    EXPECT_EQ(std::get<Failure>(*outcome).fault, Fault::untrusted);

    std::filesystem::copy_file(server.ca, authorities / "ca.pem");
    ASSERT_EQ(std::system(("openssl rehash " + directory).c_str()), 0);
    call(options);
    expect_answer(get);
    unsetenv("SSL_CERT_DIR");

    setenv("SSL_CERT_FILE", server.ca.c_str(), 1);
    call(options);
    expect_answer(get);
    unsetenv("SSL_CERT_FILE");
}

TEST_F(HttpsRemoteTest, ANewConnectionGoesOnWithTheSessionOfTheLastOne) {
    for (int const version : {TLS1_3_VERSION, TLS1_2_VERSION}) {
        server.speak_no_newer_than(version);
        call_on("127.0.0.1", std::chrono::hours{1});
        if (version == TLS1_3_VERSION) serve(Server::Conduct::answers);
        server.handshakes = server.resumptions = 0;

        for (int connection = 0; connection < 3; ++connection) {
            expect_answer(get);
            remote->disconnect();
        }

        EXPECT_EQ(server.handshakes, 3) << version;
        EXPECT_EQ(server.resumptions, 2) << version;
    }
}

TEST_F(HttpsRemoteTest, OneServerHasOneOriginHoweverItIsSpelt) {
    auto const origin_of = [this](std::string host, std::string port) {
        auto options = options_for(std::move(host), std::chrono::hours{1});
        options.port = std::move(port);
        call(options);
        return remote->origin();
    };

    for (auto const* host : {"settings.example", "Settings.EXAMPLE", "settings.example."})
        for (auto const* port : {"443", "0443"})
            EXPECT_EQ(origin_of(host, port), "https://settings.example");
    for (auto const* host : {"::1", "0:0:0:0:0:0:0:1", "0000::0001"})
        EXPECT_EQ(origin_of(host, "8443"), "https://[::1]:8443");
    EXPECT_EQ(origin_of("2001:DB8:0:0::A", "443"), "https://[2001:db8::a]");
    EXPECT_NE(origin_of("settings.example", "444"), "https://settings.example");
}

TEST_F(HttpsRemoteTest, ASiblingGoesOnWithTheSession) {
    serve(Server::Conduct::answers);
    expect_answer(get);

    remote = remote->sibling();
    expect_answer(get);

    EXPECT_EQ(server.resumptions, 1);
}

TEST_F(HttpsRemoteTest, AServerThatForgotTheSessionIsAskedForItsCertificateAgain) {
    serve(Server::Conduct::answers);
    expect_answer(get);
    remote->disconnect();
    server.forget_sessions();

    expect_answer(get);

    EXPECT_EQ(server.handshakes, 2);
    EXPECT_EQ(server.resumptions, 0);
}

TEST_F(HttpsRemoteTest, ASessionVouchesForNobodyElse) {
    serve(Server::Conduct::answers);
    expect_answer(get);
    remote->disconnect();
    server.forget_sessions();
    TemporaryFolder const elsewhere;
    server.show_identity_in(elsewhere.path() / "tls");

    start(get);
    ASSERT_NO_FATAL_FAILURE(run_until([this] { return outcome.has_value(); }));

    EXPECT_EQ(std::get<Failure>(*outcome).fault, Fault::untrusted);
    EXPECT_EQ(server.requests, 1);
}

/// A proxy that answers one request, and reads on until the other side closes.
asio::awaitable<void> refuse_once(tcp::acceptor& acceptor, std::string answer) {
    auto [error, socket] = co_await acceptor.async_accept(loop::as_errors);
    boost::beast::flat_buffer buffer;
    http::request<http::empty_body> request;
    co_await http::async_read(socket, buffer, request, loop::as_errors);
    co_await asio::async_write(socket, asio::buffer(answer), loop::as_errors);
    co_await http::async_read(socket, buffer, request, loop::as_errors);
}

TEST_F(HttpsRemoteTest, AProxyThatAsksForPatienceIsHeard) {
    tcp::acceptor acceptor{*loop, tcp::endpoint{asio::ip::address_v4::loopback(), 0}};
    auto options = options_for("127.0.0.1", std::chrono::hours{1});
    options.proxy = Proxy{"127.0.0.1", std::to_string(acceptor.local_endpoint().port()), ""};
    for (auto const& [asked, heard] :
         {std::pair{"120", std::chrono::seconds{120}}, {"99999", std::chrono::hours{1}}}) {
        std::string const answer = "HTTP/1.1 503 Busy\r\nRetry-After: " + std::string{asked} +
                                   "\r\nContent-Length: 0\r\n\r\n";
        asio::co_spawn(*loop, refuse_once(acceptor, answer), rethrow);
        call(options);
        start(get);
        ASSERT_NO_FATAL_FAILURE(run_until([this] { return outcome.has_value(); }));

        auto const& failure = std::get<Failure>(*outcome);
        EXPECT_EQ(failure.fault, Fault::offline);
        EXPECT_EQ(failure.retry_after, Time{heard});
    }
}

class ClientCertificateTest : public HttpsRemoteTest {
  protected:
    void SetUp() override {
        server.demand_certificate();
        serve(Server::Conduct::answers);
    }

    void show(std::filesystem::path certificate, std::filesystem::path key) {
        auto options = options_for("127.0.0.1", std::chrono::hours{1});
        options.tls.certificate = std::move(certificate);
        options.tls.key = std::move(key);
        call(options);
    }

    Failure failure() {
        start(get);
        run_until([this] { return outcome.has_value(); });
        return std::get<Failure>(*outcome);
    }

    std::filesystem::path const folder = server.ca.parent_path();
    std::filesystem::path const certificate = folder / "server.pem";
    std::filesystem::path const key = folder / "server.key";
};

TEST_F(ClientCertificateTest, IsShownToAServerThatAsks) {
    show(certificate, key);

    expect_answer(get);
    remote->disconnect();
    expect_answer(put);

    EXPECT_EQ(server.handshakes, 2);
    EXPECT_EQ(server.resumptions, 0);
}

TEST_F(ClientCertificateTest, MayStandInOneFileWithItsKey) {
    std::ofstream{key, std::ios::app} << std::ifstream{certificate}.rdbuf();
    show(key, {});

    expect_answer(get);
}

TEST_F(ClientCertificateTest, AServerThatMissesItIsAnsweredWithWhatToDo) {
    for (int const version : {TLS1_3_VERSION, TLS1_2_VERSION}) {
        server.speak_no_newer_than(version);
        call_on("127.0.0.1", std::chrono::hours{1});
        EXPECT_THAT(failure().message, testing::HasSubstr("See server.client_certificate"));
    }
    EXPECT_EQ(server.requests, 0);
}

TEST_F(ClientCertificateTest, AKeyThatEverybodyMayReadIsRefused) {
    std::filesystem::permissions(key, std::filesystem::perms::others_read,
                                 std::filesystem::perm_options::add);
    show(certificate, key);

    auto const found = failure();

    EXPECT_EQ(found.fault, Fault::untrusted);
    EXPECT_EQ(found.message,
              "everybody may read the key in " + key.string() + ": chmod 600 " + key.string());
    EXPECT_EQ(server.connections, 0);
}

TEST_F(ClientCertificateTest, FilesThatCannotBeUsedAreNamed) {
    show(folder / "absent.pem", key);
    EXPECT_THAT(failure().message, StartsWith("cannot use the client certificate in " +
                                              (folder / "absent.pem").string()));
    show(certificate, folder / "ca.key");
    EXPECT_THAT(failure().message, StartsWith("cannot use the key of the client certificate in " +
                                              (folder / "ca.key").string()));
    ASSERT_EQ(std::system(("openssl pkey -aes128 -passout pass:secret -in " + key.string() +
                           " -out " + (folder / "locked.key").string())
                              .c_str()),
              0);
    show(certificate, folder / "locked.key");
    EXPECT_THAT(failure().message, StartsWith("cannot use the key of the client certificate"));
    EXPECT_EQ(server.connections, 0);

    std::filesystem::rename(folder / "locked.key", folder / "old.key");
    std::filesystem::copy_file(key, folder / "locked.key");
    expect_answer(get);
}

class HttpsRemoteWithoutDnsTest : public HttpsRemoteTest {
  protected:
    void SetUp() override { make_or_skip(dns); }

    std::optional<SilentNameServer> dns;
};

TEST_F(HttpsRemoteWithoutDnsTest, AChangeEndsANameLookup) {
    call_on("flashback.example", std::chrono::hours{1});
    start(put);
    run_until([this] { return dns->questions() == 2; });  // for IPv4 and for IPv6

    expect_end(Fault::offline);

    start(get);
    run_until([this] { return dns->questions() == 4; });
}

TEST_F(HttpsRemoteWithoutDnsTest, ANameLookupHasADeadline) {
    call_on("flashback.example", std::chrono::milliseconds{20});
    start(put);

    run_until([this] { return outcome.has_value(); });

    EXPECT_EQ(std::get<Failure>(*outcome).fault, Fault::offline);
    EXPECT_EQ(std::get<Failure>(*outcome).message,
              "cannot find flashback.example: the name lookup takes too long");
}

TEST_F(HttpsRemoteWithoutDnsTest, AChangeThatEndsANameLookupLeavesTheDoubt) {
    std::optional<ReplacedFile> hosts{std::in_place, "/etc/hosts", "192.0.2.1 flashback.example\n"};
    call_on("flashback.example", std::chrono::hours{1});
    start(put);
    run_until([this] { return outcome.has_value(); });
    ASSERT_FALSE(remote->is_routable());
    hosts.reset();

    remote->doubt_addresses();
    start(put);
    run_until([this] { return dns->questions() == 2; });
    expect_end(Fault::offline);

    EXPECT_TRUE(remote->is_routable());
}

/// Where the loopback is all there is of a network, and nobody listens.
class HttpsRemoteWithoutNetworkTest : public HttpsRemoteTest {
  protected:
    void SetUp() override {
        make_or_skip(network);
        if (!IsSkipped()) network->ip("link set lo up");
    }

    std::string failure() {
        start(put);
        run_until([this] { return outcome.has_value(); });
        EXPECT_EQ(std::get<Failure>(*outcome).fault, Fault::offline);
        return std::get<Failure>(*outcome).message;
    }

    std::optional<NetworkNamespace> network;
};

TEST_F(HttpsRemoteWithoutNetworkTest, KnowsOfEachPlaceThatItFoundWhetherARouteLeadsThere) {
    call_on("192.0.2.1", std::chrono::hours{1});
    EXPECT_TRUE(remote->is_routable()) << "in doubt";

    EXPECT_EQ(failure(), "no network route leads to 192.0.2.1");
    EXPECT_FALSE(remote->is_routable());
    EXPECT_FALSE(remote->sibling()->is_routable());

    network->ip("addr add 192.0.2.1/32 dev lo");
    EXPECT_TRUE(remote->is_routable());
    EXPECT_EQ(failure(), "cannot reach 192.0.2.1: Connection refused");
}

TEST_F(HttpsRemoteWithoutNetworkTest, ARouteThatRefusesIsNone) {
    for (std::string const kind : {"unreachable", "prohibit", "blackhole"}) {
        network->ip("route replace " + kind + " 192.0.2.0/24");
        call_on("192.0.2.1", std::chrono::hours{1});
        EXPECT_EQ(failure(), "no network route leads to 192.0.2.1") << kind;
        EXPECT_FALSE(remote->is_routable()) << kind;
    }
}

TEST_F(HttpsRemoteWithoutNetworkTest, OnePlaceWithARouteIsEnoughAndItsFailureIsTold) {
    ReplacedFile const hosts{"/etc/hosts", "127.0.0.1 dual.example\n2001:db8::1 dual.example\n"};
    call_on("dual.example", std::chrono::hours{1});

    EXPECT_EQ(failure(), "cannot reach dual.example: Connection refused");
    EXPECT_TRUE(remote->is_routable());
}

TEST_F(HttpsRemoteWithoutNetworkTest, WhatIsKnownMayBeDoubtedUntilTheNextLookup) {
    call_on("192.0.2.1", std::chrono::hours{1});
    failure();

    remote->doubt_addresses();
    EXPECT_TRUE(remote->is_routable());
    failure();
    EXPECT_FALSE(remote->is_routable());
}

TEST_F(HttpsRemoteWithoutNetworkTest, KnowsWhatAnotherKnewOfTheSamePlaceOnceItsNameIsNotFound) {
    std::optional<ReplacedFile> hosts{std::in_place, "/etc/hosts", "192.0.2.1 far.example\n"};
    call_on("far.example", std::chrono::hours{1});
    failure();
    auto const former = remote->sibling();
    hosts.reset();

    call_on("far.example", std::chrono::hours{1});
    remote->know_addresses_of(*former);
    EXPECT_TRUE(remote->is_routable());
    EXPECT_THAT(failure(), StartsWith("cannot find far.example"));
    EXPECT_FALSE(remote->is_routable());

    call_on("near.example", std::chrono::hours{1});
    remote->know_addresses_of(*former);
    failure();
    EXPECT_TRUE(remote->is_routable()) << "another place";
}

TEST_F(HttpsRemoteTest, AChangeEndsAnAttemptToConnect) {
    server.fill_queue();
    start(put);
    run_until([this] { return connecting_to(server.port) == 1; });

    expect_end(Fault::offline);

    serve(Server::Conduct::answers);
    run_until([this] { return server.connections == 1; });  // the one in the queue
    expect_next_call_to_work();
}

TEST_F(HttpsRemoteTest, AChangeEndsATlsHandshake) {
    serve(Server::Conduct::shakes_no_hands);
    start(put);
    run_until([this] { return server.greetings == 1; });

    expect_end(Fault::offline);

    expect_next_call_to_work();
}

TEST_F(HttpsRemoteTest, AChangeWhileARequestIsSentLeavesItsOutcomeUnknown) {
    serve(Server::Conduct::is_deaf);
    start({"PUT", "/settings/user", std::string(64 << 20, ' ')});  // more than any socket buffers
    run_until([this] { return server.handshakes == 1; });

    expect_end(Fault::unknown_outcome);

    expect_next_call_to_work();
}

TEST_F(HttpsRemoteTest, AChangeBeforeTheAnswerLeavesTheOutcomeUnknown) {
    serve(Server::Conduct::hears);
    start(put);
    run_until([this] { return server.requests == 1; });

    expect_end(Fault::unknown_outcome);

    expect_next_call_to_work();
}

TEST_F(HttpsRemoteTest, WhatAChangeCutOffIsNotSentAgain) {
    serve(Server::Conduct::answers);
    expect_answer(get);
    server.conduct = Server::Conduct::hears;
    start(get);
    run_until([this] { return server.requests == 2; });

    expect_end(Fault::unknown_outcome);

    EXPECT_EQ(server.connections, 1);
    expect_next_call_to_work();
}

TEST_F(HttpsRemoteTest, MayGoWhileACallIsUnderWay) {
    serve(Server::Conduct::hears);
    start(put);
    run_until([this] { return server.requests == 1; });

    remote.reset();

    EXPECT_FALSE(outcome);
}

}  // namespace
}  // namespace settings::sync
