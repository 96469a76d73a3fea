#include "client/http.h"

#include <algorithm>
#include <boost/asio/buffer.hpp>
#include <boost/beast/core/flat_buffer.hpp>
#include <boost/beast/http.hpp>
#include <utility>

namespace settings::client {
namespace {

namespace asio = boost::asio;
namespace beast = boost::beast;
namespace http = beast::http;
using beast::error_code;

constexpr unsigned switching_protocols = 101;
constexpr std::size_t reply_bytes = 128UL * 1024 * 1024;  ///< twice the largest document

void add_header(std::string& text, std::string_view name, std::string_view value) {
    text.append(name).append(": ").append(value).append("\r\n");
}

/// What is not printable ASCII could end the line, or be taken for something else.
std::string printable(std::string_view text) {
    std::string clean{text};
    std::erase_if(clean, [](char c) { return c < ' ' || c > '~'; });
    return clean;
}

}  // namespace

std::string text_of(Request const& request, std::string_view agent) {
    std::string text;
    text.append(request.method).append(" ").append(request.target).append(" HTTP/1.1\r\n");
    add_header(text, "Host", "localhost");
    if (auto const name = printable(agent); !name.empty()) add_header(text, "User-Agent", name);
    for (auto const& [name, value] : request.headers) add_header(text, name, value);
    if (!request.body.empty()) add_header(text, "Content-Type", "application/json");
    if (request.method != "GET")
        add_header(text, "Content-Length", std::to_string(request.body.size()));
    return text.append("\r\n").append(request.body);
}

/// Beast's parser, and what it has not used yet.
class ReplyReader::Parser : public http::response_parser<http::string_body> {
  public:
    explicit Parser(Body body) {
        if (body == Body::bounded)
            body_limit(reply_bytes);
        else
            body_limit(boost::none);
    }

    beast::flat_buffer rest;
};

ReplyReader::ReplyReader(Body body) : body_{body}, parser_{std::make_unique<Parser>(body)} {}
ReplyReader::~ReplyReader() = default;
ReplyReader::ReplyReader(ReplyReader&&) noexcept = default;
ReplyReader& ReplyReader::operator=(ReplyReader&&) noexcept = default;

bool ReplyReader::feed(std::string_view bytes) {
    auto& space = parser_->rest;
    space.commit(asio::buffer_copy(space.prepare(bytes.size()), asio::buffer(bytes)));
    while (parser_->rest.size() > 0 && !parser_->is_done()) {
        error_code error;
        parser_->rest.consume(parser_->put(parser_->rest.data(), error));
        if (error == http::error::need_more) return true;
        if (error) return false;
        if (!parser_->is_header_done()) continue;
        if (status() == switching_protocols) return false;  // nobody asked for it
        if (status() < 200) {
            pass_over_interim();
            continue;
        }
        // The daemon sends none, and Beast 1.81 asserts on some ways to cut a last chunk.
        if (parser_->chunked()) return false;
        parser_->eager(true);
    }
    return true;
}

/// The answer that counts is yet to come (RFC 9110, 15.2).
void ReplyReader::pass_over_interim() {
    auto next = std::make_unique<Parser>(body_);
    next->rest = std::move(parser_->rest);
    parser_ = std::move(next);
    had_interim_ = true;
}

bool ReplyReader::close() {
    if (!parser_->got_some()) return false;
    error_code error;
    parser_->put_eof(error);
    return !error;
}

bool ReplyReader::has_begun() const { return had_interim_ || parser_->got_some(); }

bool ReplyReader::has_head() const { return parser_->is_header_done(); }

bool ReplyReader::is_done() const { return parser_->is_done(); }

bool ReplyReader::is_reusable() const {
    return is_done() && parser_->keep_alive() && parser_->rest.size() == 0;
}

unsigned ReplyReader::status() const { return parser_->get().result_int(); }

std::string_view ReplyReader::content_type() const {
    auto const type = parser_->get()[http::field::content_type];
    return {type.data(), type.size()};
}

std::string ReplyReader::take_body() { return std::exchange(parser_->get().body(), {}); }

Reply ReplyReader::take() {
    auto const etag = parser_->get()[http::field::etag];
    auto const age = parser_->get()[http::field::age];
    return {status(), std::string{etag.data(), etag.size()}, take_body(),
            std::string{age.data(), age.size()}};
}

}  // namespace settings::client
