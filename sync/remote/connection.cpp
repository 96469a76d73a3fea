#include "sync/remote/connection.h"

#include <array>
#include <boost/asio/error.hpp>
#include <boost/beast/http.hpp>
#include <optional>
#include <utility>

#include "loop/as_errors.h"
#include "model/limits.h"

namespace settings::sync {

namespace asio = boost::asio;
namespace http = boost::beast::http;
using boost::system::error_code;

namespace {

using Parser = http::response_parser<http::string_body>;

constexpr std::uint32_t header_bytes = 32 * 1024;
constexpr int most_interim_answers = 16;

/// A fresh one for each message: Beast's parsers read one and no more.
Parser& prepare(std::optional<Parser>& parser) {
    parser.emplace();
    parser->body_limit(limits::remote_bytes);
    parser->header_limit(header_bytes);
    return *parser;
}

bool is_interim(Parser const& parser) {
    auto const status = parser.get().result_int();
    return status >= 100 && status <= 199 && status != 101;
}

Answer make_answer(http::response<http::string_body>&& message) {
    return {message.result_int(),
            message[http::field::content_type],
            message[http::field::retry_after],
            message[http::field::date],
            message[http::field::location],
            std::move(message.body()),
            {},
            message[http::field::content_encoding]};
}

}  // namespace

Connection::Unasked Connection::hear() {
    std::array<char, 1> unasked{};
    error_code error;
    socket().socket().non_blocking(true, error);
    if (!error) stream.read_some(asio::buffer(unasked), error);
    if (buffer_.size() > 0 || !error) return Unasked::something;
    return error == asio::error::would_block ? Unasked::nothing : Unasked::end;
}

asio::awaitable<Connection::Received> Connection::receive() {
    Received received;
    std::optional<Parser> parser;
    for (int interim = 0; interim <= most_interim_answers; ++interim) {
        auto& next = prepare(parser);
        auto [error, size] =
            co_await http::async_read_header(stream, buffer_, next, loop::as_errors);
        received.error = error;
        received.has_begun = received.has_begun || next.got_some();
        if (error || !is_interim(next)) break;
    }
    if (!received.error && is_interim(*parser)) received.error = http::error::bad_status;
    if (!received.error) {
        auto [error, size] = co_await http::async_read(stream, buffer_, *parser, loop::as_errors);
        received.error = error;
    }
    // A refusal may have been on its way before the request was read, as a proxy's 408 may be
    // (RFC 9110, 15.5.9). The request's own answer then comes on the same connection, at any time.
    bool const is_refusal = parser->get().result_int() / 100 != 2;
    received.is_last = received.error || is_refusal || !parser->keep_alive() || buffer_.size() > 0;
    if (!received.error) received.answer = make_answer(parser->release());
    co_return received;
}

}  // namespace settings::sync
