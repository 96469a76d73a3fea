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

constexpr std::uint32_t header_bytes = 32 * 1024;
constexpr int most_interim_answers = 16;
constexpr std::size_t read_bytes = 64 * 1024;

/// What Beast 1.81 must have in hand to parse on inside a chunked body: it asserts that five bytes
/// are there when it comes back to a last chunk that it has seen only in part. At least as many
/// are always still to come ("0\r\n\r\n"), so waiting for them waits for nothing else.
constexpr std::size_t chunked_minimum = 5;

/// A fresh one for each message: Beast's parsers read one and no more.
template <class Parser>
Parser& prepare(std::optional<Parser>& parser) {
    parser.emplace();
    parser->body_limit(limits::remote_bytes);
    parser->header_limit(header_bytes);
    return *parser;
}

bool is_interim(auto const& parser) {
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
        received.error = co_await receive_body(*parser);
    }
    // A refusal may have been on its way before the request was read, as a proxy's 408 may be
    // (RFC 9110, 15.5.9). The request's own answer then comes on the same connection, at any time.
    bool const is_refusal = parser->get().result_int() / 100 != 2;
    received.is_last = received.error || is_refusal || !parser->keep_alive() || buffer_.size() > 0;
    if (!received.error) received.answer = make_answer(parser->release());
    co_return received;
}

asio::awaitable<error_code> Connection::receive_body(Parser& parser) {
    if (parser.chunked()) co_return co_await receive_chunks(parser);
    auto [error, size] = co_await http::async_read(stream, buffer_, parser, loop::as_errors);
    co_return error;
}

asio::awaitable<error_code> Connection::receive_chunks(Parser& parser) {
    parser.eager(true);
    error_code error;
    while (!error && !parser.is_done()) {
        bool const is_enough = buffer_.size() >= chunked_minimum;
        if (is_enough) buffer_.consume(parser.put(buffer_.data(), error));
        if (!is_enough || error == http::error::need_more) error = co_await receive_more();
    }
    co_return error;
}

/// Nothing but data counts against the limit of a body. What else the parser waits for, the size of
/// a chunk with its extensions or the trailers, has the limit of a header.
asio::awaitable<error_code> Connection::receive_more() {
    if (buffer_.size() >= header_bytes) co_return http::error::header_limit;
    auto [error, size] =
        co_await stream.async_read_some(buffer_.prepare(read_bytes), loop::as_errors);
    buffer_.commit(size);
    if (error == asio::error::eof) co_return http::error::partial_message;
    co_return error;
}

}  // namespace settings::sync
