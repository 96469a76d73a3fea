#pragma once

#include <boost/asio/awaitable.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/ssl/context.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/core/tcp_stream.hpp>
#include <boost/beast/http/parser.hpp>
#include <boost/beast/http/string_body.hpp>
#include <boost/beast/ssl/ssl_stream.hpp>
#include <utility>

#include "sync/engine/reply.h"

namespace settings::sync {

/// A connection to the server, and the rule that of each request the next answer is the only one.
///
/// HTTP/1.1 numbers nothing: what comes first after a request counts as its answer (RFC 9112, 9.2).
/// So an answer is the one behind all interim ones, a connection is used again only while nothing
/// is left on it, and whoever says more than was asked loses it.
class Connection {
  public:
    Connection(boost::asio::ip::tcp::socket connected, boost::asio::ssl::context& context)
        : stream{std::move(connected), context} {}

    auto& socket() { return boost::beast::get_lowest_layer(stream); }

    enum class Unasked { nothing, something, end };

    /// What the server said since its last answer, or since the handshake; at its end it says no
    /// more. Reads what is there without waiting. TLS's own messages (RFC 8446, 4.6) are taken and
    /// count as nothing.
    [[nodiscard]] Unasked hear();

    struct Received {
        boost::system::error_code error;
        bool has_begun = false;  ///< at least one byte came
        bool is_last = true;     ///< the connection cannot be used again
        Answer answer = {};
    };

    /// The answer to the request that was just sent. Interim ones before it (1xx, RFC 9110, 15.2)
    /// are passed over, up to a bound; 101 is no interim one, for nothing asked for an upgrade.
    [[nodiscard]] boost::asio::awaitable<Received> receive();

    boost::beast::ssl_stream<boost::beast::tcp_stream> stream;

  private:
    using Parser = boost::beast::http::response_parser<boost::beast::http::string_body>;

    [[nodiscard]] boost::asio::awaitable<boost::system::error_code> receive_body(Parser& parser);
    [[nodiscard]] boost::asio::awaitable<boost::system::error_code> receive_chunks(Parser& parser);
    [[nodiscard]] boost::asio::awaitable<boost::system::error_code> receive_more();

    boost::beast::flat_buffer buffer_;  ///< what came behind the part that was read last
};

}  // namespace settings::sync
