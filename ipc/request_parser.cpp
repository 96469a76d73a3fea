#include "ipc/request_parser.h"

#include <algorithm>
#include <boost/beast/http/error.hpp>
#include <utility>

#include "ipc/reply.h"
#include "model/limits.h"

namespace settings::ipc {

namespace beast = boost::beast;
namespace http = boost::beast::http;

namespace {

/// Asks Beast to stop; the reason is kept beside it.
constexpr http::error stop = http::error::bad_field;

/// What Beast 1.81 must have in hand to parse on inside a chunked body: it asserts that five bytes
/// are there when it comes back to a last chunk that it has seen only in part. At least as many
/// are always still to come ("0\r\n\r\n"), so waiting for them waits for nothing else.
constexpr std::size_t chunked_minimum = 5;

constexpr std::string_view empty_line = "\r\n";

/// Whether a line ends in a line feed alone. `lines` begins at the start of one.
bool has_bare_line_feed(std::string_view lines) {
    for (auto at = lines.find('\n'); at != lines.npos; at = lines.find('\n', at + 1))
        if (at == 0 || lines[at - 1] != '\r') return true;
    return false;
}

constexpr char const* bare_line_feed = "malformed HTTP: a line ends without a carriage return";

constexpr std::size_t kept_body_bytes = 16'384;

bool all_digits(beast::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

}  // namespace

void RequestText::Field::clear() {
    value.clear();
    present = false;
}

std::optional<std::string_view> RequestText::Field::view() const {
    if (!present) return std::nullopt;
    return value;
}

void RequestText::clear() {
    method.clear();
    target.clear();
    body.clear();
    if (body.capacity() > kept_body_bytes) body.shrink_to_fit();
    for (Field* const field : {&host, &if_match, &if_none_match, &content_encoding, &prefer,
                               &last_event_id, &user_agent})
        field->clear();
}

RequestParser::RequestParser(RequestText& text) : text_{text} {
    text_.clear();
    header_limit(header_bytes_limit);
    body_limit(limits::body_bytes);
}

std::size_t RequestParser::take(std::string_view bytes) {
    if (bytes.empty() || state_ == State::complete || state_ == State::refused) return 0;
    if (has_bare_line_feed(size_line_in(bytes))) {
        refuse(400, bare_line_feed);
        return 0;
    }
    if (state_ == State::body && has_coding_ && bytes.size() < chunked_minimum) return 0;
    if (!started() && empty_line.starts_with(bytes.substr(0, empty_line.size())))
        return pass_over_empty_line(bytes);
    bool const in_header = state_ == State::header;
    input_ = bytes;
    Code error;
    std::size_t const used = put(boost::asio::const_buffer{bytes.data(), bytes.size()}, error);
    if (error && error != http::error::need_more)
        translate(error);
    else if (in_header)
        check_header(used, bytes.substr(used));
    else if (error && is_between_chunks() && has_bare_line_feed(bytes.substr(used)))
        refuse(400, bare_line_feed);  // behind the last chunk
    else if (error && bytes.size() - used >= header_bytes_limit)
        refuse(400, "the line with the size of a chunk is too long");
    return used;
}

/// Whether a line is next, and no bytes of the body.
bool RequestParser::is_between_chunks() const {
    return state_ == State::body && has_coding_ && chunk_bytes_left_ == 0;
}

/// The line with the size of the next chunk, as far as it came; empty where it did not. The end of
/// the chunk before it may come first.
std::string_view RequestParser::size_line_in(std::string_view bytes) const {
    if (state_ != State::body || !has_coding_ || bytes.size() <= chunk_bytes_left_) return {};
    bytes.remove_prefix(chunk_bytes_left_);
    if (bytes.starts_with(empty_line)) bytes.remove_prefix(empty_line.size());
    return bytes.substr(0, bytes.find(empty_line));
}

/// Some clients send an empty line after a body, which then stands before the next request (RFC
/// 9112, 2.2).
std::size_t RequestParser::pass_over_empty_line(std::string_view bytes) {
    if (bytes.size() < empty_line.size()) return 0;
    header_bytes_ += empty_line.size();
    if (header_bytes_ > header_bytes_limit) refuse_large_header();
    return empty_line.size();
}

/// Bounds the header over all its parts, and refuses at once what Beast would wait for the end of.
void RequestParser::check_header(std::size_t used, std::string_view rest) {
    bool const is_whole = state_ != State::header;
    header_bytes_ += used;
    if (header_bytes_ + (is_whole ? 0 : rest.size()) > header_bytes_limit)
        refuse_large_header();
    else if (!is_whole && has_bare_line_feed(rest))
        refuse(400, bare_line_feed);
}

void RequestParser::refuse_large_header() {
    refuse(431, "the header is larger than " + std::to_string(header_bytes_limit) + " bytes");
}

void RequestParser::refuse(unsigned status, std::string message) {
    state_ = State::refused;
    refused_status_ = status;
    refused_because_ = std::move(message);
}

void RequestParser::refuse(Code& error, unsigned status, std::string message) {
    refuse(status, std::move(message));
    error = stop;
}

Request RequestParser::request() const {
    Request request;
    request.method = text_.method;
    request.target = text_.target;
    request.http_1_0 = http_1_0_;
    request.has_origin = has_origin_;
    request.is_cross_site = is_cross_site_;
    request.host = text_.host.view();
    request.if_match = text_.if_match.view();
    request.if_none_match = text_.if_none_match.view();
    request.content_encoding = text_.content_encoding.view();
    request.prefer = text_.prefer.view();
    request.last_event_id = text_.last_event_id.view();
    request.body = text_.body;
    return request;
}

Reply RequestParser::refusal() const { return failure(refused_status_, refused_because_); }

void RequestParser::on_request_impl(http::verb, Text method, Text target, int version, Code&) {
    text_.method.assign(method.data(), method.size());
    text_.target.assign(target.data(), target.size());
    http_1_0_ = version == 10;
}

/// Beast joins a folded line into one value; another reader may take its second half for a field
/// of its own (RFC 9112, 5.2). Unfolded, nothing but ':' and blanks stands before the value.
bool RequestParser::is_folded(Text name, Text value) const {
    char const* const begin = name.data() + name.size();
    char const* const end = value.data();
    bool const in_place =
        std::less_equal<>{}(begin, end) && std::less_equal<>{}(end, input_.data() + input_.size());
    return !in_place ||
           std::any_of(begin, end, [](char c) { return c != ':' && c != ' ' && c != '\t'; });
}

void RequestParser::on_field_impl(http::field name, Text name_text, Text value, Code& error) {
    if (state_ != State::header)
        return refuse(error, 400, "trailers are not taken; send every field in the header");
    if (is_folded(name_text, value))
        return refuse(error, 400, "a header line is folded; write it in one line");
    switch (name) {
        case http::field::host: return keep_once(text_.host, name_text, value, error);
        case http::field::content_encoding: return keep_list(text_.content_encoding, value);
        case http::field::if_match: return keep_list(text_.if_match, value);
        case http::field::if_none_match: return keep_list(text_.if_none_match, value);
        case http::field::prefer: return keep_list(text_.prefer, value);
        case http::field::user_agent: return keep_list(text_.user_agent, value);
        case http::field::origin: has_origin_ = true; return;
        // A page's plain GET, as of an image, has no Origin, but this. "none" is a person who typed
        // the address (W3C, Fetch Metadata).
        case http::field::sec_fetch_site:
            is_cross_site_ |= value != "none" && value != "same-origin";
            return;
        case http::field::expect: return expect(value, error);
        case http::field::content_length:
            if (std::exchange(has_length_, true) || !all_digits(value))
                refuse(error, 400, "Content-Length must be one number, once");
            return;
        case http::field::transfer_encoding:
            if (std::exchange(has_coding_, true))
                return refuse(error, 400, "Transfer-Encoding stands twice");
            // Beast takes any other coding for "no body" and would read the body as a request.
            if (!beast::iequals(value, "chunked"))
                refuse(error, 501, "the only Transfer-Encoding taken is chunked");
            return;
        case http::field::unknown: return keep_unknown(name_text, value, error);
        default: return;
    }
}

/// What Beast 1.81 has no number for.
void RequestParser::keep_unknown(Text name, Text value, Code& error) {
    if (beast::iequals(name, "Last-Event-ID")) keep_once(text_.last_event_id, name, value, error);
}

void RequestParser::keep_once(RequestText::Field& field, Text name, Text value, Code& error) {
    if (field.present)
        return refuse(error, 400, std::string{name} + " stands twice; keep one of them");
    keep_list(field, value);
}

/// Several lines of one name are one list (RFC 9110, 5.3).
void RequestParser::keep_list(RequestText::Field& field, Text value) {
    if (std::exchange(field.present, true)) field.value += ", ";
    field.value.append(value.data(), value.size());
}

void RequestParser::expect(Text value, Code& error) {
    if (http_1_0_) return;  // to be ignored (RFC 9110, 10.1.1)
    if (!beast::iequals(value, "100-continue"))
        return refuse(error, 417, "the only expectation understood is 100-continue");
    expects_continue_ = true;
}

void RequestParser::on_header_impl(Code& error) {
    if (has_coding_ && http_1_0_)
        return refuse(error, 400, "HTTP/1.0 has no Transfer-Encoding; send a Content-Length");
    state_ = State::body;
}

std::size_t RequestParser::on_body_impl(Text body, Code&) {
    text_.body.append(body.data(), body.size());
    return body.size();
}

std::size_t RequestParser::on_chunk_body_impl(std::uint64_t, Text body, Code& error) {
    chunk_bytes_left_ -= body.size();
    return on_body_impl(body, error);
}

/// Extensions are passed over, but one with a line break inside its quotes ends at two different
/// places for two readers, and no end of them would be no end of work (RFC 9112, 7.1.1).
void RequestParser::on_chunk_header_impl(std::uint64_t size, Text extensions, Code& error) {
    chunk_bytes_left_ = size;
    extension_bytes_ += extensions.size();
    bool const clean = std::all_of(extensions.begin(), extensions.end(), [](char c) {
        return static_cast<unsigned char>(c) >= ' ' || c == '\t';
    });
    if (!clean || extension_bytes_ > header_bytes_limit)
        refuse(error, 400, "the chunk extensions are malformed or too long");
}

void RequestParser::translate(Code const& error) {
    if (state_ == State::refused) return;  // by ourselves, with the better reason
    if (error == http::error::body_limit)
        return refuse(413, "the body is larger than " + std::to_string(limits::body_bytes) +
                               " bytes; send it in parts");
    if (error == http::error::header_limit) return refuse_large_header();
    if (error == http::error::bad_content_length || error == http::error::multiple_content_length ||
        error == http::error::bad_transfer_encoding)
        return refuse(400,
                      "the length of the body is not clear; send one Content-Length, or "
                      "Transfer-Encoding: chunked, not both");
    refuse(400, "malformed HTTP: " + error.message());
}

}  // namespace settings::ipc
