#pragma once

#include <optional>
#include <string_view>
#include <variant>
#include <vector>

#include "ipc/command.h"

namespace settings::ipc {

/// What a route depends on, as it stood on the wire. A view: the parser owns the bytes.
struct Request {
    std::string_view method;
    std::string_view target;
    bool http_1_0 = false;       ///< may leave out Host (RFC 9112, 3.2)
    bool has_origin = false;     ///< sent by a browser on behalf of a page
    bool is_cross_site = false;  ///< the same, by Sec-Fetch-Site: the page has another origin
    std::optional<std::string_view> host;
    std::optional<std::string_view> if_match;
    std::optional<std::string_view> if_none_match;
    std::optional<std::string_view> content_encoding;
    std::optional<std::string_view> prefer;
    std::optional<std::string_view> last_event_id;
    std::string_view body;
};

/// What a request asks for: an answer, a stream of events, or nothing that there is.
using Routed = std::variant<Command, Watch, Reply>;

/// Turns a request into the one command that it asks for, or into the refusal that says what to
/// change. Pure: the same request always gets the same answer.
///
/// Authorization and Content-Type are not looked at: the socket's permissions are the login, and
/// every body is JSON. Throws nothing but std::bad_alloc.
[[nodiscard]] Routed route(Request const& request);

/// A method and a path that there is; one that ends in a slash stands for everything below it.
struct Endpoint {
    std::string_view method;
    std::string_view path;
};
[[nodiscard]] std::vector<Endpoint> endpoints();

}  // namespace settings::ipc
