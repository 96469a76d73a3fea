#include "client/connection.h"

#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <boost/asio/buffer.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/local/stream_protocol.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <cerrno>

namespace settings::client {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using beast::error_code;
using Clock = std::chrono::steady_clock;

constexpr std::size_t reply_bytes = 128UL * 1024 * 1024;  ///< twice the largest document
constexpr std::size_t chunk_bytes = 64UL * 1024;          ///< one read

http::request<http::string_body> message_of(Request const& request) {
    http::request<http::string_body> message{http::string_to_verb(request.method), request.target,
                                             11};
    message.set(http::field::host, "localhost");
    message.set(http::field::user_agent, "settings-client/" SETTINGSD_VERSION);
    if (!request.if_match.empty()) message.set(http::field::if_match, request.if_match);
    if (!request.body.empty()) message.set(http::field::content_type, "application/json");
    message.body() = request.body;
    message.prepare_payload();
    return message;
}

/// Why an exchange failed, as far as the next step depends on it.
enum class Failure {
    late,     ///< the deadline passed
    gone,     ///< the peer closed before the first byte of a reply
    garbled,  ///< the reply is not HTTP or broke off
};

/// What is left of a time-out, for poll(2): rounded up, so that it never spins through the last
/// millisecond.
int remaining(Clock::time_point deadline) {
    auto const left = std::chrono::ceil<std::chrono::milliseconds>(deadline - Clock::now());
    return left.count() > 0 ? static_cast<int>(left.count()) : 0;
}

std::string why_unreachable(error_code error, std::string const& path) {
    if (error == boost::system::errc::no_such_file_or_directory)
        return "the daemon is not running (no socket at " + path +
               "); start it with: systemctl --user start settingsd";
    if (error == boost::system::errc::connection_refused)
        return "the daemon is not running (nothing listens at " + path +
               "); start it with: systemctl --user start settingsd";
    if (error == boost::system::errc::permission_denied)
        return "no permission to use " + path + "; only the user whose settings they are may";
    if (error == boost::system::errc::resource_unavailable_try_again)
        return "the daemon is too busy to accept a connection at " + path + "; try again";
    return "cannot connect to " + path + ": " + error.message();
}

Error error_of(Failure failure, std::string const& path) {
    switch (failure) {
        case Failure::late:
            return {Errc::unreachable, "the daemon did not answer in time at " + path +
                                           "; see: systemctl --user status settingsd"};
        case Failure::gone:
            return {Errc::unreachable, "the daemon closed the connection without an answer at " +
                                           path + "; try again"};
        case Failure::garbled: break;
    }
    return {Errc::protocol, "what answered at " + path + " broke off or does not speak HTTP"};
}

}  // namespace

/// One connected socket. Of no use after the first failure.
class Connection::Link {
  public:
    using Socket = asio::local::stream_protocol::socket;

    /// Connects, or says why not.
    error_code open(std::string const& path, Duration timeout);

    boost::system::result<Reply, Failure> exchange(Request const& request,
                                                   Clock::time_point deadline);

    /// Whether it may serve once more: the peer keeps it open and every byte it sent was asked for.
    [[nodiscard]] bool is_reusable() const { return reusable_; }

  private:
    void send(Request const& request, Clock::time_point deadline, error_code& error);
    void receive(http::response_parser<http::string_body>& parser, Clock::time_point deadline,
                 error_code& error);

    /// Repeats `operation` until it succeeds, fails, or the deadline passes (timed_out).
    template <class Operation>
    std::size_t within(Clock::time_point deadline, short event, error_code& error,
                       Operation operation);

    asio::io_context context_{1};
    Socket socket_{context_};
    bool reusable_ = false;
};

error_code Connection::Link::open(std::string const& path, Duration timeout) {
    asio::local::stream_protocol::endpoint const endpoint{path};
    error_code error;
    socket_.open(endpoint.protocol(), error);
    if (error) return error;
    // Not socket_.connect(): when the listener's queue is full, Asio 1.81 takes EAGAIN for "in
    // progress", polls a socket that is never going to connect, and reports success.
    // SO_SNDTIMEO bounds a blocking connect on a Unix socket (socket(7), unix(7)).
    auto const seconds = std::chrono::duration_cast<std::chrono::seconds>(timeout);
    timeval const limit{seconds.count(), std::chrono::microseconds{timeout - seconds}.count()};
    ::setsockopt(socket_.native_handle(), SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
    auto const size = static_cast<socklen_t>(endpoint.size());
    if (::connect(socket_.native_handle(), endpoint.data(), size) != 0)
        return {errno, boost::system::system_category()};
    socket_.non_blocking(true, error);
    return error;
}

template <class Operation>
std::size_t Connection::Link::within(Clock::time_point deadline, short event, error_code& error,
                                     Operation operation) {
    for (;;) {
        std::size_t const bytes = operation(error);
        if (error != asio::error::would_block) return bytes;
        pollfd ready{socket_.native_handle(), event, 0};
        // An interrupted poll only leads to one more look.
        if (::poll(&ready, 1, remaining(deadline)) == 0) {
            error = asio::error::timed_out;
            return 0;
        }
    }
}

void Connection::Link::send(Request const& request, Clock::time_point deadline, error_code& error) {
    auto message = message_of(request);
    http::request_serializer<http::string_body> serializer{message};
    while (!error && !serializer.is_done()) {
        std::size_t sent = 0;
        serializer.next(error, [&](error_code& failed, auto const& buffers) {
            sent = within(deadline, POLLOUT, failed, [&](error_code& outcome) {
                return socket_.write_some(buffers, outcome);
            });
        });
        if (!error) serializer.consume(sent);
    }
}

void Connection::Link::receive(http::response_parser<http::string_body>& parser,
                               Clock::time_point deadline, error_code& error) {
    parser.body_limit(reply_bytes);
    parser.eager(true);
    beast::flat_buffer buffer;
    while (!error && !parser.is_done()) {
        auto const space = buffer.prepare(chunk_bytes);
        buffer.commit(within(deadline, POLLIN, error, [&](error_code& outcome) {
            return socket_.read_some(space, outcome);
        }));
        if (error == asio::error::eof && parser.got_some()) return parser.put_eof(error);
        if (error) return;
        buffer.consume(parser.put(buffer.data(), error));
        if (error == http::error::need_more) error = {};
    }
    reusable_ = !error && parser.keep_alive() && buffer.size() == 0;
}

boost::system::result<Reply, Failure> Connection::Link::exchange(Request const& request,
                                                                 Clock::time_point deadline) {
    reusable_ = false;
    error_code error;
    send(request, deadline, error);
    if (error == asio::error::timed_out) return Failure::late;
    // Any other failure to send is left for the read to tell: a daemon that answers and closes
    // before it has read everything (413, 503) has left its answer in our socket.
    error = {};
    http::response_parser<http::string_body> parser;
    receive(parser, deadline, error);
    if (error == asio::error::timed_out) return Failure::late;
    if (error) return parser.got_some() ? Failure::garbled : Failure::gone;
    return Reply{parser.get().result_int(), std::move(parser.get().body())};
}

Connection::Connection(std::string socket_path) : socket_path_{std::move(socket_path)} {}
Connection::~Connection() = default;
Connection::Connection(Connection&&) noexcept = default;
Connection& Connection::operator=(Connection&&) noexcept = default;

Result<void> Connection::connect(Duration timeout) {
    if (socket_path_.size() >= sizeof(sockaddr_un::sun_path))
        return Error{Errc::unreachable,
                     "the socket's path is too long for a Unix socket: " + socket_path_};
    auto link = std::make_unique<Link>();
    if (error_code const error = link->open(socket_path_, timeout))
        return Error{Errc::unreachable, why_unreachable(error, socket_path_)};
    link_ = std::move(link);
    return {};
}

Result<Reply> Connection::exchange(Request const& request, Duration timeout) {
    for (bool fresh = link_ == nullptr;; fresh = true) {
        if (fresh)
            if (auto const connected = connect(timeout); !connected) return connected.error();
        auto reply = link_->exchange(request, Clock::now() + timeout);
        if (!link_->is_reusable()) link_.reset();
        if (reply) return std::move(*reply);
        bool const closed_while_idle = !fresh && reply.error() == Failure::gone;
        if (!closed_while_idle || !request.repeatable) return error_of(reply.error(), socket_path_);
    }
}

}  // namespace settings::client
