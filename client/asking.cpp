#include "client/asking.h"

#include <algorithm>
#include <utility>

namespace settings::client::calls {
namespace {

/// Any other would end the tag, or the header's line (RFC 9110, 8.8.3).
bool may_be_in_tag(char c) { return c > ' ' && c <= '~' && c != '"'; }

}  // namespace

Request get_of(std::string target) { return {.method = "GET", .target = std::move(target)}; }

Request post_of(std::string target) {
    return {.method = "POST", .target = std::move(target), .effect = Request::Effect::order};
}

Result<Request> request_with(std::string_view method, std::string target, Json const& body) {
    try {
        return Request{.method = method, .target = std::move(target), .body = body.dump()};
    } catch (Json::type_error const&) {
        return Error{Errc::refused, "a name or a text is not valid UTF-8"};
    }
}

Result<Request> once(Result<Request> request, Request::Effect effect) {
    if (!request) return request;
    request->repeatable = false;
    request->effect = effect;
    return request;
}

Result<Request> demand(Result<Request> request, std::optional<Tag> const& only_if) {
    if (!request || !only_if) return request;
    if (!std::ranges::all_of(*only_if, may_be_in_tag))
        return Error{Errc::refused,
                     "what names the state of the settings is none of the daemon's tags: read the "
                     "settings again, with their tag"};
    request->headers.push_back({"If-Match", '"' + *only_if + '"'});
    return request;
}

void prefer(Request& request, std::chrono::seconds wait) {
    request.headers.push_back({"Prefer", "wait=" + std::to_string(wait.count())});
}

Result<Request> write(std::string_view method, Json const& body, WriteOptions const& options,
                      char const* target) {
    auto request = demand(request_with(method, target, body), options.only_if());
    if (!request) return request;
    if (options.wants_receipt()) prefer(*request, options.wait());
    // An edit whose answer was lost may have been made. Made again it writes what is there already,
    // which changes nothing; another app's edit in between is overwritten just as if ours had come
    // after it, and nobody was promised otherwise. Not so under If-Match: our own first attempt
    // would make the second one stale.
    request->repeatable = !options.only_if();
    request->effect = Request::Effect::edit;
    return request;
}

}  // namespace settings::client::calls
