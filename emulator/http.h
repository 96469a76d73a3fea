#pragma once

#include <chrono>
#include <string>
#include <utility>
#include <vector>

namespace settings::emulator {

/// A point in time as the emulator needs it. It is always an argument: only the server has a clock.
using Time = std::chrono::sys_time<std::chrono::milliseconds>;

/// One request, as far as the service looks at it.
struct Request {
    std::string method = {};
    std::string target = {};         ///< the path, with a query if there is one
    std::string authorization = {};  ///< the header's value, empty when absent
    std::string body = {};
    bool keep_alive = true;  ///< whether the client wants the connection for more
};

struct Response {
    unsigned status = 200;
    std::string body;
    std::string content_type = "application/json; charset=utf-8";
    std::vector<std::pair<std::string, std::string>> headers;  ///< beyond type, length and date
};

/// The path of a target: what stands before the query.
[[nodiscard]] std::string path_of(std::string const& target);

/// The phrase that stands beside a status; "Unknown" for one that has none.
[[nodiscard]] std::string reason(unsigned status);

/// A time as HTTP writes it: "Sun, 06 Nov 1994 08:49:37 GMT" (RFC 9110, 5.6.7).
[[nodiscard]] std::string http_date(Time time);

/// The bytes of a response, head and body apart, so that a fault can cut between them or inside.
struct Rendered {
    std::string head;
    std::string body;  ///< empty where HTTP forbids one; the head still tells its length
};
[[nodiscard]] Rendered render(Response const& response, Request const& request, Time now);

}  // namespace settings::emulator
