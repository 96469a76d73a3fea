#include "emulator/http.h"

#include <array>
#include <ctime>
#include <utility>

namespace settings::emulator {
namespace {

constexpr auto reasons = std::to_array<std::pair<unsigned, char const*>>({
    {200, "OK"},
    {201, "Created"},
    {202, "Accepted"},
    {204, "No Content"},
    {301, "Moved Permanently"},
    {302, "Found"},
    {303, "See Other"},
    {304, "Not Modified"},
    {307, "Temporary Redirect"},
    {308, "Permanent Redirect"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {410, "Gone"},
    {412, "Precondition Failed"},
    {413, "Content Too Large"},
    {418, "I'm a teapot"},
    {422, "Unprocessable Content"},
    {429, "Too Many Requests"},
    {431, "Request Header Fields Too Large"},
    {451, "Unavailable For Legal Reasons"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
});

bool may_have_body(unsigned status) { return status != 204 && status != 304; }

}  // namespace

std::string path_of(std::string const& target) { return target.substr(0, target.find('?')); }

std::string reason(unsigned status) {
    for (auto const& [number, phrase] : reasons)
        if (number == status) return phrase;
    return "Unknown";
}

std::string http_date(Time time) {
    auto const seconds = std::chrono::floor<std::chrono::seconds>(time).time_since_epoch().count();
    std::time_t const clock = seconds;
    std::tm parts{};
    gmtime_r(&clock, &parts);
    std::array<char, 64> text{};
    auto const length =
        std::strftime(text.data(), text.size(), "%a, %d %b %Y %H:%M:%S GMT", &parts);
    return {text.data(), length};
}

Rendered render(Response const& response, Request const& request, Time now) {
    Rendered bytes;
    bytes.head = "HTTP/1.1 " + std::to_string(response.status) + " " + reason(response.status);
    bytes.head += "\r\nDate: " + http_date(now) + "\r\n";
    for (auto const& [name, value] : response.headers)
        bytes.head.append(name).append(": ").append(value).append("\r\n");
    if (may_have_body(response.status)) {
        bytes.head += "Content-Type: " + response.content_type + "\r\n";
        bytes.head += "Content-Length: " + std::to_string(response.body.size()) + "\r\n";
        if (request.method != "HEAD") bytes.body = response.body;
    }
    bytes.head +=
        request.keep_alive ? "Connection: keep-alive\r\n\r\n" : "Connection: close\r\n\r\n";
    return bytes;
}

}  // namespace settings::emulator
