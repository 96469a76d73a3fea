#include "sync/remote/https_remote.h"

#include <openssl/ssl.h>
#include <openssl/x509_vfy.h>

#include <algorithm>
#include <array>
#include <boost/algorithm/string/case_conv.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ip/udp.hpp>
#include <boost/asio/ssl/error.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <cerrno>
#include <optional>

#include "loop/as_errors.h"
#include "model/limits.h"
#include "sync/remote/chain.h"
#include "sync/remote/connection.h"
#include "sync/remote/host.h"
#include "sync/remote/portal.h"

namespace settings::sync {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using boost::system::error_code;

namespace {

http::request<http::string_body> make_request(Request const& request, std::string const& token,
                                              HttpsRemote::Options const& options) {
    http::request<http::string_body> message{http::string_to_verb(request.method),
                                             options.prefix + request.target, 11};
    auto const host = authority(options.host, options.port);
    bool const default_port = options.port == "443";
    message.set(http::field::host, default_port ? host.substr(0, host.rfind(':')) : host);
    if (!token.empty()) message.set(http::field::authorization, "Bearer " + token);
    message.set(http::field::accept, "application/json");
    message.set(http::field::accept_encoding, "identity");
    // What a cache still has is not what the account has (RFC 9111, 5.2.1.4).
    message.set(http::field::cache_control, "no-cache");
    message.set(http::field::user_agent, options.user_agent);
    if (!request.body.empty()) {
        message.set(http::field::content_type, "application/json");
        message.body() = request.body;
    }
    message.prepare_payload();
    return message;
}

/// Asks a proxy for a tunnel to the server (RFC 9110, 9.3.6).
http::request<http::empty_body> make_connect(HttpsRemote::Options const& options) {
    auto const server = authority(options.host, options.port);
    http::request<http::empty_body> message{http::verb::connect, server, 11};
    message.set(http::field::host, server);
    message.set(http::field::user_agent, options.user_agent);
    if (!options.proxy->credentials.empty())
        message.set(http::field::proxy_authorization,
                    basic_authorization(options.proxy->credentials));
    return message;
}

/// How a proxy wants to know who asks (RFC 9110, 11.7.1); it may say so in several fields.
std::string challenges_in(http::fields const& fields) {
    std::string challenges;
    auto [each, end] = fields.equal_range(http::field::proxy_authenticate);
    for (; each != end; ++each)
        challenges += (challenges.empty() ? "" : ", ") + std::string{each->value()};
    return challenges;
}

/// The kernel's errors where no route leads: there is none, the route is of the kind unreachable,
/// prohibit or blackhole (ip-route(8)), or this machine has no address to send from.
constexpr std::array no_route{ENETUNREACH, EHOSTUNREACH,  EACCES,
                              EINVAL,      EADDRNOTAVAIL, EAFNOSUPPORT};

/// Whether the kernel knows a way to `place`. The kernel looks for a route when a datagram socket
/// is connected, and sends nothing (udp(7)), so what routers further on know is not seen here.
bool has_route(asio::any_io_executor const& executor, asio::ip::tcp::endpoint const& place) {
    asio::ip::udp::socket socket{executor};
    error_code error;
    socket.connect({place.address(), place.port()}, error);
    return std::ranges::find(no_route, error.value()) == no_route.end();
}

/// For a person, who needs no more than a few.
std::string list_of(NameLookup::Endpoints const& places) {
    constexpr std::size_t most = 4;
    std::string list;
    for (std::size_t each = 0; each < std::min(places.size(), most); ++each)
        list += (each == 0 ? "" : ", ") + places[each].address().to_string();
    return places.size() > most ? list + " and more" : list;
}

/// Which of this machine's addresses is connected to which of the other side's.
std::string ends_of(asio::ip::tcp::socket const& socket) {
    error_code gone;
    auto const here = socket.local_endpoint(gone);
    auto const there = socket.remote_endpoint(gone);
    return "from " + here.address().to_string() + " to " +
           authority(there.address().to_string(), std::to_string(there.port()));
}

bool is_of_http(error_code const& error) {
    return error.category() == http::make_error_code(http::error::bad_status).category() &&
           error != http::error::end_of_stream && error != http::error::partial_message;
}

/// Why a request that was sent got no answer.
std::string why_no_answer(error_code const& error, HttpsRemote::Options const& options) {
    if (error == beast::error::timeout)
        return options.host + " gave no answer in time (server.answer_seconds)";
    if (error == http::error::body_limit)
        return "what " + options.host + " answers is larger than " +
               std::to_string(limits::remote_bytes >> 20) + " MiB, and is not read";
    if (is_of_http(error))
        return "what " + options.host + " answers is no HTTP that can be read: " + error.message();
    return "the connection to " + options.host + " broke before the answer: " + Tls::explain(error);
}

}  // namespace

/// What all siblings know of the server, and of the proxy that leads to it.
struct HttpsRemote::Known {
    Tls tls;
    NameLookup::Endpoints places;  ///< where the last lookup found the next host
    bool in_doubt = false;         ///< `places` may be stale: the network changed since
};

HttpsRemote::HttpsRemote(asio::any_io_executor executor, Options options)
    : HttpsRemote{std::move(executor), std::move(options), std::make_shared<Known>()} {}

HttpsRemote::HttpsRemote(asio::any_io_executor executor, Options options,
                         std::shared_ptr<Known> known)
    : executor_{std::move(executor)},
      options_{std::move(options)},
      lookup_{executor_},
      dial_{executor_},
      known_{std::move(known)} {}

HttpsRemote::~HttpsRemote() = default;

std::unique_ptr<HttpsRemote> HttpsRemote::sibling(std::optional<Time> limit) const {
    auto options = options_;
    options.connect_within = limit.value_or(options.connect_within);
    options.answer_within = limit.value_or(options.answer_within);
    return std::unique_ptr<HttpsRemote>{new HttpsRemote{executor_, std::move(options), known_}};
}

std::unique_ptr<HttpsRemote> HttpsRemote::newcomer() const {
    return std::make_unique<HttpsRemote>(executor_, options_);
}

bool HttpsRemote::is_routable() const {
    if (known_->places.empty() || known_->in_doubt) return true;
    return std::ranges::any_of(known_->places,
                               [this](auto const& place) { return has_route(executor_, place); });
}

void HttpsRemote::doubt_addresses() { known_->in_doubt = true; }

void HttpsRemote::know_addresses_of(HttpsRemote const& other) {
    bool const same_server =
        options_.host == other.options_.host && options_.port == other.options_.port;
    if (!same_server || options_.proxy != other.options_.proxy) return;
    known_->places = other.known_->places;
    known_->in_doubt = true;
}

/// One spelling for all that name one server: an address as the system writes it, a name in lower
/// case and without the dot of the root. The port of HTTPS is left out, and so are zeros before
/// another one.
std::string HttpsRemote::origin() const {
    auto host = boost::algorithm::to_lower_copy(options_.host);
    if (host.ends_with('.')) host.pop_back();
    error_code not_an_address;
    auto const address = asio::ip::make_address(host, not_an_address);
    if (!not_an_address) host = address.to_string();
    if (host.find(':') != std::string::npos) host = '[' + host + ']';
    auto const digits = options_.port.find_first_not_of('0');
    auto const port = digits == std::string::npos ? options_.port : options_.port.substr(digits);
    return "https://" + host + (port == "443" ? "" : ':' + port);
}

void HttpsRemote::disconnect() {
    if (call_ == Call::none) {
        connection_.reset();
        return;
    }
    // The call waits for one of these, which then lets it go on and clean up.
    call_ = Call::cut_off;
    lookup_.cancel();
    dial_.cancel();
    if (connection_) connection_->socket().close();
}

asio::awaitable<HttpsRemote::Outcome> HttpsRemote::call(Request request, std::string token) {
    call_ = Call::under_way;
    trail_ = {};
    Outcome outcome = co_await attempt(request, token);
    trail_.end();
    if (cut_off()) connection_.reset();
    call_ = Call::none;
    co_return outcome;
}

asio::awaitable<HttpsRemote::Outcome> HttpsRemote::attempt(Request const& request,
                                                           std::string const& token) {
    if (connection_ && connection_->hear() != Connection::Unasked::nothing) connection_.reset();
    bool const reused = connection_ != nullptr;
    if (!reused) {
        auto unreachable = co_await connect();
        if (unreachable) co_return Outcome{std::move(*unreachable)};
    }
    Outcome outcome = co_await exchange(request, token);
    // A server may close an idle connection at any time (RFC 9112, 9.3.1). Only what changes
    // nothing is sent again; a write whose answer is lost is for the engine to decide on, and so is
    // a read that somebody began to answer, or kept waiting.
    bool const may_repeat = reused && was_closed_ && request.method == "GET" && !cut_off();
    if (!may_repeat) co_return outcome;

    auto unreachable = co_await connect();
    if (unreachable) co_return Outcome{std::move(*unreachable)};
    co_return co_await exchange(request, token);
}

/// Why the call in hand does not go on.
Failure HttpsRemote::failure(Fault fault, std::string message) const {
    return {fault, cut_off() ? "the network changed" : std::move(message)};
}

std::string const& HttpsRemote::next_host() const {
    return options_.proxy ? options_.proxy->host : options_.host;
}

/// Whom a connection is made to, in a sentence.
std::string HttpsRemote::next() const {
    return options_.proxy ? "the proxy " + name_of(*options_.proxy) : options_.host;
}

asio::awaitable<std::optional<Failure>> HttpsRemote::connect() {
    connection_.reset();
    auto const& port = options_.proxy ? options_.proxy->port : options_.port;
    trail_.begin(Step::name);
    auto found = co_await lookup_.find(next_host(), port, options_.connect_within);
    if (!cut_off()) known_->in_doubt = false;
    auto const* why_not = std::get_if<std::string>(&found);
    if (why_not != nullptr || cut_off())
        co_return failure(Fault::offline,
                          "cannot find " + next() + ": " + (why_not != nullptr ? *why_not : ""));
    known_->places = std::get<NameLookup::Endpoints>(std::move(found));
    trail_.note(next() + " is " + list_of(known_->places));
    if (auto untrusted = load()) co_return untrusted;
    auto unreachable = co_await reach(known_->places, Dial::Clock::now() + options_.connect_within);
    if (!unreachable && options_.proxy) unreachable = co_await open_tunnel();
    if (!unreachable) unreachable = co_await secure();
    if (!unreachable && connection_->hear() == Connection::Unasked::something) {
        trail_.begin(Step::service);
        unreachable =
            failure(Fault::impostor,
                    options_.host + " answered before it was asked; a captive portal or a proxy?");
    }
    if (unreachable) connection_.reset();
    co_return unreachable;
}

/// Reads the files that TLS takes, or says why they cannot be used.
std::optional<Failure> HttpsRemote::load() {
    auto unusable = known_->tls.load(options_.tls);
    if (!unusable) return std::nullopt;
    trail_.begin(Step::tls);
    return failure(Fault::untrusted, std::move(*unusable));
}

/// Tries the addresses that a route leads to, so that the reason of a failure is that of the last
/// one which could be tried. The deadline is that of all that follows until TLS stands.
asio::awaitable<std::optional<Failure>> HttpsRemote::reach(NameLookup::Endpoints endpoints,
                                                           Dial::Clock::time_point deadline) {
    trail_.begin(Step::route);
    std::erase_if(endpoints,
                  [this](auto const& endpoint) { return !has_route(executor_, endpoint); });
    if (endpoints.empty()) co_return failure(Fault::offline, "no network route leads to " + next());
    trail_.note("a network route leads to " + list_of(endpoints));
    trail_.begin(Step::connection);
    auto reached = co_await dial_.connect(std::move(endpoints), deadline);
    auto const* error = std::get_if<error_code>(&reached);
    if (error != nullptr || cut_off())
        co_return failure(Fault::offline, "cannot reach " + next() + ": " +
                                              (error != nullptr ? error->message() : ""));
    connection_ = std::make_unique<Connection>(std::get<Dial::Socket>(std::move(reached)),
                                               known_->tls.context());
    connection_->socket().expires_at(deadline);
    trail_.note(ends_of(connection_->socket().socket()));
    co_return std::nullopt;
}

/// Whatever comes behind the proxy's answer is the server's, and a server of TLS waits for the
/// client; bytes that are there already are no tunnel.
asio::awaitable<std::optional<Failure>> HttpsRemote::open_tunnel() {
    constexpr int most_heads = 8;  // interim answers and the last one (RFC 9110, 15.2)
    trail_.begin(Step::proxy);
    auto& socket = connection_->socket();
    auto const request = make_connect(options_);
    beast::flat_buffer buffer;
    auto [write_error, written] = co_await http::async_write(socket, request, loop::as_errors);
    error_code error = write_error;
    unsigned status = 100;
    http::fields head;
    for (int heads = 0; !error && status / 100 == 1 && heads < most_heads; ++heads) {
        http::response_parser<http::empty_body> parser;
        parser.header_limit(16 * 1024);
        parser.skip(true);
        auto [read_error, size] =
            co_await http::async_read_header(socket, buffer, parser, loop::as_errors);
        error = read_error;
        status = parser.get().result_int();
        head = parser.release().base();
    }
    if (error || cut_off())
        co_return failure(Fault::offline, "no tunnel through " + next() + ": " + error.message());
    auto refusal = tunnel_refusal(*options_.proxy, options_.host, status, challenges_in(head));
    if (!refusal && buffer.size() > 0)
        refusal = next() + " speaks where the server should; " + a_portal;
    if (refusal) {
        auto refused = failure(status == 407 ? Fault::barred : Fault::offline, std::move(*refusal));
        refused.retry_after =
            gateways_retry_after(head[http::field::retry_after], head[http::field::date]);
        co_return refused;
    }
    trail_.note(next() + " leads to " + authority(options_.host, options_.port));
    co_return std::nullopt;
}

asio::awaitable<std::optional<Failure>> HttpsRemote::secure() {
    trail_.begin(Step::tls);
    auto& stream = connection_->stream;
    known_->tls.prepare(stream.native_handle(), options_.host);
    auto [error] = co_await stream.async_handshake(asio::ssl::stream_base::client, loop::as_errors);
    auto const verdict = SSL_get_verify_result(stream.native_handle());
    if (!error || verdict != X509_V_OK) look_at_certificate();
    if (!error && !cut_off()) co_return std::nullopt;
    bool const of_tls = error.category() == asio::error::get_ssl_category();
    std::string const why =
        verdict == X509_V_OK ? Tls::explain(error) : Tls::explain_verdict(verdict);
    co_return failure(of_tls ? Fault::untrusted : Fault::offline,
                      "no secure connection to " + options_.host + ": " + why);
}

/// A step of its own, though it was checked in the handshake: what is wrong with it is mended
/// elsewhere than what is wrong with TLS.
void HttpsRemote::look_at_certificate() {
    auto const* stream = connection_->stream.native_handle();
    trail_.note(SSL_get_version(stream));
    trail_.begin(Step::certificate);
    trail_.note(chain_text(stream));
}

asio::awaitable<HttpsRemote::Outcome> HttpsRemote::exchange(Request const& request,
                                                            std::string const& token) {
    trail_.begin(Step::service);
    auto& connection = *connection_;  // stays until this call is at its end, disconnect() or not
    connection.socket().expires_after(options_.answer_within);
    auto const message = make_request(request, token, options_);
    auto [error, written] = co_await http::async_write(connection.stream, message, loop::as_errors);
    Connection::Received received;
    received.error = error;
    if (!error) received = co_await connection.receive();
    was_closed_ = received.error && received.error != beast::error::timeout && !received.has_begun;
    if (received.is_last)
        connection_.reset();
    else
        connection.socket().expires_never();
    if (received.error)
        co_return failure(Fault::unknown_outcome, why_no_answer(received.error, options_));
    co_return std::move(received.answer);
}

}  // namespace settings::sync
