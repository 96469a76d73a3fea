#include "ipc/head.h"

#include <boost/beast/http/status.hpp>
#include <charconv>
#include <chrono>

#include "ipc/date.h"

namespace settings::ipc {
namespace {

namespace http = boost::beast::http;

constexpr unsigned not_modified = 304;
constexpr unsigned unavailable = 503;

/// What is short for a moment is connections, or room in the queue for the disk.
constexpr std::chrono::seconds a_moment{1};

void append_number(std::string& text, auto number) {
    char digits[24];
    auto const [end, error] = std::to_chars(std::begin(digits), std::end(digits), number);
    text.append(std::begin(digits), end);
}

}  // namespace

void render_head(std::string& head, Reply const& reply, Connection connection) {
    auto const reason = http::obsolete_reason(static_cast<http::status>(reply.status));
    head = "HTTP/1.1 ";
    append_number(head, reply.status);
    head += ' ';
    head.append(reason.data(), reason.size());
    if (reply.status != not_modified) {
        head += "\r\nContent-Type: ";
        head += reply.content_type;
        head += "\r\nContent-Length: ";
        append_number(head, body_of(reply).size());
    }
    if (!reply.etag.empty()) {
        head += "\r\nETag: \"";
        head += reply.etag;
        head += '"';
    }
    if (!reply.allow.empty()) {
        head += "\r\nAllow: ";
        head += reply.allow;
    }
    if (reply.waited) {
        head += "\r\nPreference-Applied: wait=";
        append_number(head, reply.waited->count());
    }
    if (reply.age) {
        head += "\r\nAge: ";
        append_number(head, reply.age->count());
    }
    auto const usual = reply.status == unavailable ? a_moment : std::chrono::seconds{0};
    if (auto const wait = reply.retry_after.value_or(usual); wait.count() > 0) {
        head += "\r\nRetry-After: ";
        append_number(head, wait.count());
    }
    head += "\r\nDate: ";
    head += http_date_now();
    head += "\r\nCache-Control: no-store\r\n";
    if (connection == Connection::close) head += "Connection: close\r\n";
    if (connection == Connection::keep_alive) head += "Connection: keep-alive\r\n";
    head += "\r\n";
}

boost::asio::const_buffer body_of(Reply const& reply) {
    if (!reply.body || reply.status == not_modified) return {};
    return boost::asio::buffer(*reply.body);
}

}  // namespace settings::ipc
