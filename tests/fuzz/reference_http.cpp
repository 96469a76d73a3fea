#include "tests/fuzz/reference_http.h"

#include <algorithm>
#include <map>
#include <stdexcept>

namespace settings::fuzz {
namespace {

/// What cannot be read, or not in one way only.
class Unclear : public std::exception {};

void require(bool holds) {
    if (!holds) throw Unclear{};
}

bool is_digit(char c) { return c >= '0' && c <= '9'; }
bool is_letter(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); }

/// tchar (RFC 9110, 5.6.2).
bool is_of_token(char c) {
    return is_digit(c) || is_letter(c) ||
           (c != '\0' && std::string_view{"!#$%&'*+-.^_`|~"}.find(c) != std::string_view::npos);
}

/// HTAB, SP, VCHAR, obs-text (RFC 9110, 5.5).
bool is_of_value(char c) {
    auto const byte = static_cast<unsigned char>(c);
    return c == '\t' || (byte >= 0x20 && byte != 0x7F);
}

bool is_token(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, is_of_token);
}

std::string_view take_until(std::string_view& text, std::string_view mark) {
    auto const at = text.find(mark);
    require(at != text.npos);
    auto const taken = text.substr(0, at);
    text.remove_prefix(at + mark.size());
    return taken;
}

/// A line ends with CR LF, and has neither of them inside (RFC 9112, 2.2).
std::string_view take_crlf_line(std::string_view& stream) {
    auto const line = take_until(stream, "\r\n");
    require(line.find_first_of(std::string_view{"\r\n\0", 3}) == line.npos);
    return line;
}

std::string_view without_blanks(std::string_view text) {
    auto const first = text.find_first_not_of(" \t");
    if (first == text.npos) return {};
    return text.substr(first, text.find_last_not_of(" \t") - first + 1);
}

std::string lower(std::string_view text) {
    std::string lowered{text};
    for (char& c : lowered)
        if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
    return lowered;
}

using Fields = std::multimap<std::string, std::string>;

/// Field lines up to the empty one (RFC 9112, 5). A line that begins with a blank is folded, and no
/// blank may stand before the colon (5.1, 5.2).
Fields take_fields(std::string_view& stream) {
    Fields fields;
    for (auto line = take_crlf_line(stream); !line.empty(); line = take_crlf_line(stream)) {
        auto const name = take_until(line, ":");
        auto const value = without_blanks(line);
        require(is_token(name) && std::ranges::all_of(value, is_of_value));
        fields.emplace(lower(name), value);
    }
    return fields;
}

std::size_t number_in(std::string_view digits, std::size_t base) {
    require(!digits.empty());
    std::size_t number = 0;
    for (char const c : digits) {
        bool const is_hex = base == 16 && ((c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F'));
        require(is_digit(c) || is_hex);
        number =
            number * base + static_cast<std::size_t>(is_digit(c) ? c - '0' : (c | 0x20) - 'a' + 10);
        require(number < 1'000'000'000);
    }
    return number;
}

std::string take_bytes(std::string_view& stream, std::size_t count) {
    require(count <= stream.size());
    std::string const bytes{stream.substr(0, count)};
    stream.remove_prefix(count);
    return bytes;
}

/// Size and extensions (RFC 9112, 7.1): behind the digits nothing, or a semicolon and what is no
/// control character.
std::size_t take_chunk_size(std::string_view& stream) {
    auto const line = take_crlf_line(stream);
    auto const digits = line.substr(0, line.find_first_of(" \t;"));
    auto const rest = without_blanks(line.substr(digits.size()));
    require(rest.empty() || rest.starts_with(';'));
    require(std::ranges::all_of(rest, is_of_value));
    return number_in(digits, 16);
}

std::string take_chunks(std::string_view& stream) {
    std::string body;
    while (auto const size = take_chunk_size(stream)) {
        body += take_bytes(stream, size);
        require(take_bytes(stream, 2) == "\r\n");
    }
    require(take_fields(stream).empty());  // a trailer may say what the header did not
    return body;
}

/// How long a body is (RFC 9112, 6.3). What comes in two ways or twice is unclear.
std::string take_body(std::string_view& stream, Fields const& fields, bool is_1_0) {
    auto const length = fields.find("content-length");
    auto const coding = fields.find("transfer-encoding");
    require(fields.count("content-length") + fields.count("transfer-encoding") <= 1);
    if (coding != fields.end()) {
        require(!is_1_0 && lower(coding->second) == "chunked");
        return take_chunks(stream);
    }
    if (length == fields.end()) return {};
    return take_bytes(stream, number_in(length->second, 10));
}

Message take_whole(std::string_view& stream) {
    while (stream.starts_with("\r\n")) stream.remove_prefix(2);  // RFC 9112, 2.2
    auto line = take_crlf_line(stream);
    auto const method = take_until(line, " ");
    auto const target = take_until(line, " ");
    require(is_token(method) && !target.empty());
    require(std::ranges::none_of(target, [](char c) { return !is_of_value(c) || c == '\t'; }));
    require(line == "HTTP/1.1" || line == "HTTP/1.0");
    auto const fields = take_fields(stream);
    auto body = take_body(stream, fields, line == "HTTP/1.0");
    return {std::string{method}, std::string{target}, std::move(body)};
}

}  // namespace

std::optional<Message> take_message(std::string_view& stream) {
    try {
        return take_whole(stream);
    } catch (Unclear const&) {
        return std::nullopt;
    }
}

}  // namespace settings::fuzz
