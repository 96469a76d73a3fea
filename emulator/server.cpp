#include "emulator/server.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/signal_set.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <boost/asio/write.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <csignal>
#include <exception>
#include <functional>
#include <list>
#include <optional>
#include <stdexcept>
#include <tuple>
#include <utility>

#include "emulator/answers.h"

namespace settings::emulator {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using asio::ip::tcp;
using Stream = beast::ssl_stream<beast::tcp_stream>;
using boost::system::error_code;
using namespace std::chrono_literals;

constexpr std::size_t connection_limit = 256;
constexpr std::uint64_t body_limit = std::uint64_t{8} * 1024 * 1024;
constexpr std::uint32_t header_limit = 16 * 1024;
constexpr std::size_t read_size = 64 * 1024;

/// Beast 1.81 asserts that so many bytes are there when it comes back to a last chunk that it has
/// seen in part. No body ends in fewer: "0\r\n\r\n".
constexpr std::size_t chunked_minimum = 5;

constexpr auto handshake_timeout = 10s;
constexpr auto idle_timeout = 60s;  ///< between requests, and for one to arrive
constexpr auto goodbye_timeout = 2s;
constexpr auto write_timeout = 30s;  ///< for one answer

auto constexpr as_errors = asio::as_tuple(asio::use_awaitable);

Time now() {
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::system_clock::now());
}

Request to_request(http::request<http::string_body>&& message) {
    Request request;
    request.method = std::string{message.method_string()};
    request.target = std::string{message.target()};
    request.authorization = std::string{message[http::field::authorization]};
    request.keep_alive = message.keep_alive();
    request.body = std::move(message.body());
    return request;
}

/// The status for bytes that Beast refuses; 0 when there is nobody left to tell.
unsigned status_of(error_code error) {
    if (error == http::error::body_limit) return 413;
    if (error == http::error::header_limit) return 431;
    bool const http_error =
        error.category() == make_error_code(http::error::end_of_stream).category();
    bool const gone = error == http::error::end_of_stream || error == http::error::partial_message;
    return http_error && !gone ? 400 : 0;
}

/// One client's connection.
class Session {
  public:
    Session(tcp::socket socket, asio::ssl::context& tls, Emulator& emulator,
            std::chrono::milliseconds latency, std::function<void()> went_offline)
        : stream_{std::move(socket), tls},
          timer_{stream_.get_executor()},
          emulator_{emulator},
          latency_{latency},
          went_offline_{std::move(went_offline)} {}

    /// Serves until the client leaves or the connection is closed. Owned by the loop, which keeps
    /// this alive until the coroutine has ended.
    asio::awaitable<void> run() {
        transport().expires_after(handshake_timeout);
        auto [error] = co_await stream_.async_handshake(Stream::server, as_errors);
        bool open = !error;
        while (open && !closed_) open = co_await serve_one();
        close();
    }

    /// Ends whatever the coroutine waits for.
    void close() {
        closed_ = true;
        transport().close();
        timer_.cancel();
    }

    /// Whether its last request was for /_emulator/.
    [[nodiscard]] bool is_admin() const { return admin_; }

  private:
    beast::tcp_stream& transport() { return beast::get_lowest_layer(stream_); }

    /// Reads one request and answers it. Returns whether the connection is good for another.
    asio::awaitable<bool> serve_one() {
        parser_.emplace();
        parser_->body_limit(body_limit);
        parser_->header_limit(header_limit);
        transport().expires_after(idle_timeout);
        error_code const error = co_await read();
        if (error) {
            co_await refuse(status_of(error));
            co_return false;
        }
        Delivery delivery = handle(to_request(parser_->release()));
        co_return co_await deliver(std::move(delivery));
    }

    asio::awaitable<error_code> read() {
        auto [error, bytes] =
            co_await http::async_read_header(stream_, buffer_, *parser_, as_errors);
        if (error) co_return error;
        if (beast::iequals(parser_->get()[http::field::expect], "100-continue")) {
            static constexpr std::string_view go_on = "HTTP/1.1 100 Continue\r\n\r\n";
            std::tie(error, bytes) =
                co_await asio::async_write(stream_, asio::buffer(go_on), as_errors);
            if (error) co_return error;
        }
        if (parser_->chunked()) co_return co_await read_chunks();
        std::tie(error, bytes) = co_await http::async_read(stream_, buffer_, *parser_, as_errors);
        co_return error;
    }

    asio::awaitable<error_code> read_chunks() {
        parser_->eager(true);
        error_code error;
        while (!error && !parser_->is_done()) {
            bool const is_enough = buffer_.size() >= chunked_minimum;
            if (is_enough) buffer_.consume(parser_->put(buffer_.data(), error));
            if (!is_enough || error == http::error::need_more) error = co_await read_more();
        }
        co_return error;
    }

    /// What the parser waits for is no data of the body, and has the limit of a header.
    asio::awaitable<error_code> read_more() {
        if (buffer_.size() >= header_limit) co_return http::error::header_limit;
        auto [error, size] =
            co_await stream_.async_read_some(buffer_.prepare(read_size), as_errors);
        buffer_.commit(size);
        if (error == asio::error::eof) co_return http::error::partial_message;
        co_return error;
    }

    /// The one place where a request meets the emulator. Not a coroutine.
    Delivery handle(Request const& request) {
        bool const was_online = emulator_.online();
        Delivery delivery = emulator_.handle(request, now());
        admin_ = delivery.admin;
        if (was_online && !emulator_.online()) went_offline_();
        return delivery;
    }

    /// Sends what there is to send. Returns whether the connection stays open.
    asio::awaitable<bool> deliver(Delivery delivery) {
        if (!delivery.admin && latency_ > 0ms) co_await pause();
        if (closed_) co_return false;
        bool const hangs = delivery.then == Delivery::Then::hang;
        if (delivery.bytes.empty() && !hangs) co_return false;
        transport().expires_after(write_timeout);
        auto [error, bytes] =
            co_await asio::async_write(stream_, asio::buffer(delivery.bytes), as_errors);
        if (!error && hangs) co_await wait_for_the_end();
        if (!error && delivery.then == Delivery::Then::finish) co_await say_goodbye();
        co_return !error && delivery.then == Delivery::Then::keep;
    }

    /// Ends the TLS session in order, so that the client knows the answer to be complete.
    asio::awaitable<void> say_goodbye() {
        transport().expires_after(goodbye_timeout);
        co_await stream_.async_shutdown(as_errors);
    }

    asio::awaitable<void> pause() {
        // The deadline of the read would end a long pause.
        transport().expires_never();
        timer_.expires_after(latency_);
        co_await timer_.async_wait(as_errors);
    }

    /// Says nothing until the client gives up; what it still sends is thrown away.
    asio::awaitable<void> wait_for_the_end() {
        transport().expires_never();
        for (bool open = true; open;) {
            buffer_.clear();
            auto [error, bytes] =
                co_await stream_.async_read_some(buffer_.prepare(4096), as_errors);
            open = !error;
        }
    }

    asio::awaitable<void> refuse(unsigned status) {
        if (status == 0 || closed_) co_return;
        Request request;
        request.keep_alive = false;
        Rendered const bytes = render(failure(status, reason(status)), request, now());
        std::string const text = bytes.head + bytes.body;
        transport().expires_after(write_timeout);
        auto [error, written] = co_await asio::async_write(stream_, asio::buffer(text), as_errors);
        if (!error) co_await say_goodbye();
    }

    Stream stream_;
    asio::steady_timer timer_;
    Emulator& emulator_;
    std::chrono::milliseconds latency_;
    std::function<void()> went_offline_;
    beast::flat_buffer buffer_;
    std::optional<http::request_parser<http::string_body>> parser_;  ///< reads the request at hand
    bool admin_ = false;
    bool closed_ = false;
};

}  // namespace

class Server::Loop {
  public:
    Loop(Emulator& emulator, Identity const& identity, Endpoint const& endpoint,
         std::chrono::milliseconds latency)
        : emulator_{emulator}, latency_{latency} {
        use(identity);
        listen(endpoint);
    }

    [[nodiscard]] std::uint16_t port() const { return acceptor_.local_endpoint().port(); }

    void run() {
        signals_.async_wait([this](error_code error, int) {
            if (!error) stop();
        });
        asio::co_spawn(context_, accept(), [](std::exception_ptr const& failed) {
            if (failed) std::rethrow_exception(failed);
        });
        context_.run();
    }

  private:
    void use(Identity const& identity) {
        SSL_CTX_set_min_proto_version(tls_.native_handle(), TLS1_2_VERSION);
        tls_.use_certificate_chain(asio::buffer(identity.certificate_pem));
        tls_.use_private_key(asio::buffer(identity.key_pem), asio::ssl::context::pem);
    }

    void listen(Endpoint const& endpoint) {
        error_code error;
        auto const address = asio::ip::make_address(endpoint.address, error);
        tcp::endpoint const place{address, endpoint.port};
        if (!error) acceptor_.open(place.protocol(), error);
        if (!error) acceptor_.set_option(tcp::acceptor::reuse_address{true}, error);
        if (!error) acceptor_.bind(place, error);
        if (!error) acceptor_.listen(asio::socket_base::max_listen_connections, error);
        if (error)
            throw std::runtime_error{"cannot listen on " + endpoint.address + " port " +
                                     std::to_string(endpoint.port) + ": " + error.message()};
    }

    asio::awaitable<void> accept() {
        while (acceptor_.is_open()) {
            auto [error, socket] = co_await acceptor_.async_accept(as_errors);
            if (!error) {
                // Over the limit the socket closes right here.
                if (sessions_.size() < connection_limit) start(std::move(socket));
            } else if (acceptor_.is_open()) {
                // Out of descriptors, most likely: that passes.
                retry_.expires_after(100ms);
                co_await retry_.async_wait(as_errors);
            }
        }
    }

    void start(tcp::socket socket) {
        auto const session = sessions_.emplace(sessions_.end(), std::move(socket), tls_, emulator_,
                                               latency_, [this] { close_all_but_admin(); });
        asio::co_spawn(context_, session->run(), [this, session](std::exception_ptr const& failed) {
            sessions_.erase(session);
            if (failed) std::rethrow_exception(failed);
        });
    }

    void close_all_but_admin() {
        for (auto& session : sessions_)
            if (!session.is_admin()) session.close();
    }

    void stop() {
        error_code ignored;
        acceptor_.close(ignored);
        retry_.cancel();
        for (auto& session : sessions_) session.close();
    }

    asio::io_context context_{1};
    asio::ssl::context tls_{asio::ssl::context::tls_server};
    tcp::acceptor acceptor_{context_};
    asio::steady_timer retry_{context_};
    asio::signal_set signals_{context_, SIGINT, SIGTERM};
    Emulator& emulator_;
    std::chrono::milliseconds latency_;
    std::list<Session> sessions_;
};

Server::Server(Emulator& emulator, Identity const& identity, Endpoint const& endpoint,
               std::chrono::milliseconds latency)
    : loop_{std::make_unique<Loop>(emulator, identity, endpoint, latency)} {}

Server::~Server() = default;

std::uint16_t Server::port() const { return loop_->port(); }

void Server::run() { loop_->run(); }

}  // namespace settings::emulator
