#include "ipc/routes.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "ipc/bodies.h"
#include "ipc/openapi.h"
#include "ipc/prefer.h"
#include "ipc/reply.h"
#include "ipc/target.h"
#include "ipc/text.h"
#include "model/path.h"

namespace settings::ipc {
namespace {

constexpr std::string_view document_path = "/settings/user";
constexpr std::string_view organization_path = "/settings/organization";
constexpr std::string_view values_path = "/v1/settings/";
constexpr std::string_view assignments_path = "/v1/settings";
constexpr std::string_view watch_path = "/v1/watch";
constexpr std::string_view journal_path = "/v1/journal";
constexpr std::string_view undo_path = "/v1/undo";
constexpr std::string_view metrics_path = "/metrics";
constexpr std::string_view openapi_path = "/v1/openapi.json";
constexpr std::string_view status_path = "/v1/status";
constexpr std::string_view difference_path = "/v1/difference";
constexpr std::string_view configuration_path = "/v1/configuration";
constexpr std::string_view sync_path = "/v1/sync";
constexpr std::string_view walk_path = "/v1/walk";
constexpr std::string_view explain_path = "/v1/explain";
constexpr std::string_view pause_path = "/v1/pause";
constexpr std::string_view resume_path = "/v1/resume";
constexpr std::string_view conflicts_path = "/v1/conflicts";
constexpr std::string_view rejected_path = "/v1/rejected";
constexpr std::string_view review_path = "/v1/review";
constexpr std::string_view notice_path = "/v1/notice";
constexpr std::string_view credentials_path = "/v1/credentials";
constexpr std::size_t journal_entries = 1'000;  ///< in one answer

Reply bad_request(std::string_view message) { return failure(400, message); }

/// Whether Host names this machine: a name without a dot, as clients of a Unix socket and proxies
/// in front of it make one up, an encoded path of the socket, or nothing. A page that has been
/// rebound to a loopback address by its own DNS still sends its own name, which has a dot.
bool is_local(std::string_view host) {
    if (std::size_t const colon = host.rfind(':');
        colon != std::string_view::npos && all_digits(host.substr(colon + 1)))
        host = host.substr(0, colon);
    if (host.size() > 1 && host.ends_with('.')) host.remove_suffix(1);  // the root of DNS
    bool const is_address = host == "127.0.0.1" || host == "[::1]";
    bool const is_path = equal_ignoring_case(host.substr(0, 3), "%2f");
    constexpr std::string_view in_names =
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_";
    bool const is_name = host.find_first_not_of(in_names) == std::string_view::npos;
    return is_address || is_path || is_name;
}

/// A request as if it had come in origin form: what a client sends to a proxy names the host in its
/// target, and that one counts, whatever the Host header says (RFC 9112, 3.2.2).
Request in_origin_form(Request request) {
    constexpr std::string_view scheme = "http://";
    if (!equal_ignoring_case(request.target.substr(0, scheme.size()), scheme)) return request;
    auto const rest = request.target.substr(scheme.size());
    auto const end = std::min(rest.find_first_of("/?"), rest.size());
    request.host = rest.substr(0, end);
    request.target = end < rest.size() && rest[end] == '/' ? rest.substr(end) : "/";
    return request;
}

std::optional<Reply> refuse_foreign(Request const& request) {
    if (request.has_origin)
        return failure(403, "requests with an Origin header come from web pages and are refused");
    if (request.is_cross_site)
        return failure(403,
                       "Sec-Fetch-Site says that a web page of another site asks, and is refused");
    if (!request.host) {
        if (request.http_1_0) return std::nullopt;
        return bad_request("the Host header is missing; send \"Host: localhost\"");
    }
    if (!is_local(*request.host))
        return failure(403, "the Host header names another machine; send \"Host: localhost\"");
    return std::nullopt;
}

// Writes -----------------------------------------------------------------------------------------

Condition condition_in(Request const& request) { return {request.if_match, request.if_none_match}; }

/// A route whose body is an edit.
template <auto read>
Routed edit(Request const& request, Target const&) {
    auto asked = read(request.body);
    if (!asked) return failure(asked.error());
    return Command{Write{*std::move(asked), condition_in(request), wait_in(request.prefer)}};
}

/// What carries a condition here could only be done whether or not it holds.
std::optional<Reply> refuse_condition(Request const& request, std::string_view why) {
    if (!request.if_match && !request.if_none_match) return std::nullopt;
    return failure(
        412, std::string{why} + ", and nothing was done; leave out If-Match and If-None-Match");
}

/// What it means, and whether it may be, the service alone knows.
Routed write_organization(Request const& request, Target const&) {
    if (auto refusal = refuse_condition(request, "the service knows no conditions"))
        return *std::move(refusal);
    return Command{WriteOrganization{std::string{request.method}, std::string{request.body}}};
}

// Reads ------------------------------------------------------------------------------------------

Routed read_document(Request const& request, Target const&) {
    return Command{ReadDocument{condition_in(request)}};
}

/// A path as it stands in a target.
Result<std::string> path_in(std::string_view encoded) {
    auto path = percent_decode(encoded);
    if (!path) return path;
    if (auto const right = check_path(*path); !right) return right.error();
    return path;
}

/// The parameter "path" of the query; empty when there is none. There, and nowhere else in a
/// target, a '+' is a blank: so forms are encoded, by URLSearchParams and its likes (WHATWG
/// URL, 5.1).
Result<std::string> path_in(Target const& target) {
    std::string encoded{target.parameter("path").value_or("")};
    std::replace(encoded.begin(), encoded.end(), '+', ' ');
    return path_in(encoded);
}

// One value -------------------------------------------------------------------------------------

/// Whether the text is a JSON pointer once decoded. One that is encoded only at its beginning means
/// the slashes after it as a pointer does: as dots they would silently make a key of another name.
bool is_encoded_pointer(std::string_view name) {
    return equal_ignoring_case(name.substr(0, 3), "%2F");
}

/// The path of the value that a target names.
Result<std::string> value_path_in(Target const& target) {
    std::string_view const name = target.path.substr(values_path.size());
    if (name.empty())
        return Error{Errc::not_found,
                     "name a value, as in /v1/settings/theme; all are at /settings/user"};
    // Cut before decoding: a %2F is part of a name.
    std::string joined{name};
    if (!is_encoded_pointer(name)) std::replace(joined.begin(), joined.end(), '/', '.');
    return path_in(joined);
}

Routed read_path(Request const& request, Target const& target) {
    auto path = value_path_in(target);
    if (!path) return failure(path.error());
    return Command{ReadPath{*std::move(path), condition_in(request)}};
}

Routed put_value(Request const& request, Target const& target) {
    auto path = value_path_in(target);
    if (!path) return failure(path.error());
    auto value = value_in(request.body);
    if (!value) return failure(value.error());
    return Command{WriteValue{*std::move(path), *std::move(value), condition_in(request),
                              wait_in(request.prefer)}};
}

Routed remove_value(Request const& request, Target const& target) {
    auto path = value_path_in(target);
    if (!path) return failure(path.error());
    return Command{
        WriteValue{*std::move(path), std::nullopt, condition_in(request), wait_in(request.prefer)}};
}

// Commands ---------------------------------------------------------------------------------------

std::optional<std::chrono::milliseconds> wait_of(std::string_view text) {
    // from_chars would take "inf" and "-1" as well.
    if (text.empty() || !all_digits(text.substr(0, 1))) return std::nullopt;
    double seconds = 0;
    auto const [end, error] =
        std::from_chars(text.begin(), text.end(), seconds, std::chars_format::fixed);
    if (error != std::errc{} || end != text.end() || seconds > longest_wait.count())
        return std::nullopt;
    return std::chrono::milliseconds{static_cast<std::chrono::milliseconds::rep>(seconds * 1000)};
}

Routed sync_now(Request const&, Target const& target) {
    SyncNow command{std::chrono::milliseconds{0}};
    if (auto const asked = target.parameter("wait")) {
        auto const wait = wait_of(*asked);
        if (!wait) return bad_request("\"wait\" must be a number of seconds from 0 to 3600");
        command.wait = *wait;
    }
    return Command{command};
}

Routed explain(Request const&, Target const& target) {
    auto path = path_in(target);
    if (!path) return failure(path.error());
    if (path->empty()) return bad_request("name one setting: /v1/explain?path=notifications.email");
    return Command{Explain{*std::move(path)}};
}

/// The revision that a client has seen last, from the query.
Result<std::optional<Revision>> since_in(Target const& target) {
    auto const asked = target.parameter("since");
    if (!asked) return std::optional<Revision>{};
    auto const since = number_in<Revision>(*asked);
    if (!since) return Error{Errc::bad_request, "\"since\" must be a revision, as in since=7"};
    return since;
}

/// Where a client left off, by an event's id or by an ETag, which has quotes as a header has it.
std::optional<Cursor> cursor_of(std::string_view text) {
    bool const is_quoted = text.size() > 1 && text.starts_with('"') && text.ends_with('"');
    return cursor_in(is_quoted ? text.substr(1, text.size() - 2) : text);
}

Routed watch(Request const& request, Target const& target) {
    auto path = path_in(target);
    if (!path) return failure(path.error());
    Watch command{{}, *std::move(path)};
    if (auto const asked = target.parameter("since")) {
        auto const since = percent_decode(*asked);
        if (!since) return failure(since.error());
        command.since = cursor_of(*since);
        if (!command.since)
            return bad_request(
                "\"since\" must be the id of an event, the document's ETag or a revision, as in "
                "since=7");
    }
    // A browser's EventSource repeats its first URL and tells by the header how far it came.
    if (request.last_event_id && !request.last_event_id->empty()) {
        command.since = cursor_of(*request.last_event_id);
        if (!command.since) return bad_request("Last-Event-ID must be the id of an event");
    }
    return command;
}

Routed read_journal(Request const&, Target const& target) {
    auto const since = since_in(target);
    if (!since) return failure(since.error());
    auto path = path_in(target);
    if (!path) return failure(path.error());
    ReadJournal command;
    command.since = *since;
    command.path = *std::move(path);
    if (auto const asked = target.parameter("limit")) {
        auto const limit = number_in<std::size_t>(*asked);
        if (!limit || *limit == 0 || *limit > journal_entries)
            return bad_request("\"limit\" must be a number of entries from 1 to 1000");
        command.limit = *limit;
    }
    return Command{std::move(command)};
}

Routed undo(Request const& request, Target const&) {
    auto asked = undo_in(request.body);
    if (!asked) return failure(asked.error());
    return Command{TakeBack{*asked, condition_in(request), wait_in(request.prefer)}};
}

Routed decide(Request const& request, Target const&) {
    auto asked = verdict_in(request.body);
    if (!asked) return failure(asked.error());
    if (auto* verdict = std::get_if<Decide>(&*asked)) verdict->condition = condition_in(request);
    if (auto* meeting = std::get_if<Meet>(&*asked)) meeting->condition = condition_in(request);
    return *std::move(asked);
}

Routed openapi(Request const&, Target const&) {
    static auto const body = std::make_shared<std::string const>(openapi_json);
    Reply reply;
    reply.body = body;
    return reply;
}

/// A route that says all without a body.
template <class Asked>
Routed plain(Request const&, Target const&) {
    return Command{Asked{}};
}

Routed resume(Request const&, Target const&) { return Command{Pause{false}}; }

/// A route whose body says what to do.
template <auto read>
Routed order(Request const& request, Target const&) {
    auto asked = read(request.body);
    if (!asked) return failure(asked.error());
    return *std::move(asked);
}

/// The same where it is about one of a list.
template <auto read>
Routed decide_in_list(Request const& request, Target const& target) {
    if (auto refusal = refuse_condition(request, "what is in this list has no tag"))
        return *std::move(refusal);
    return order<read>(request, target);
}

// The table --------------------------------------------------------------------------------------

struct Route {
    std::string_view method;
    std::string_view path;
    Routed (*make)(Request const&, Target const&);
    std::array<std::string_view, 3> parameters = {};  ///< names that the query may have

    /// A path that ends in a slash stands for everything below it.
    [[nodiscard]] bool leads_to(std::string_view target) const {
        return path.ends_with('/') ? target.starts_with(path) : target == path;
    }

    [[nodiscard]] bool takes(std::string_view parameter) const {
        return !parameter.empty() &&
               std::find(parameters.begin(), parameters.end(), parameter) != parameters.end();
    }
};

constexpr std::array<Route, 35> routes{{
    {"GET", document_path, read_document},
    {"PUT", document_path, edit<patch_in>},
    {"POST", document_path, edit<replace_in>},
    {"DELETE", document_path, edit<erase_in>},
    {"GET", organization_path, plain<ReadOrganization>},
    {"PUT", organization_path, write_organization},
    {"POST", organization_path, write_organization},
    {"DELETE", organization_path, write_organization},
    {"GET", values_path, read_path},
    {"PUT", values_path, put_value},
    {"DELETE", values_path, remove_value},
    {"GET", watch_path, watch, {"since", "path"}},
    {"GET", journal_path, read_journal, {"since", "limit", "path"}},
    {"PATCH", assignments_path, edit<assignments_in>},
    {"POST", undo_path, undo},
    {"GET", status_path, plain<ReadStatus>},
    {"GET", difference_path, plain<ReadDifference>},
    {"GET", configuration_path, plain<ReadConfiguration>},
    {"POST", sync_path, sync_now, {"wait"}},
    {"POST", walk_path, plain<WalkWay>},
    {"GET", explain_path, explain, {"path"}},
    {"POST", pause_path, plain<Pause>},
    {"POST", resume_path, resume},
    {"GET", conflicts_path, plain<ReadConflicts>},
    {"POST", conflicts_path, decide_in_list<conflict_order_in>},
    {"GET", rejected_path, plain<ReadRejected>},
    {"POST", rejected_path, decide_in_list<rejected_order_in>},
    {"GET", review_path, plain<ReadReview>},
    {"POST", review_path, decide},
    {"DELETE", notice_path, plain<DismissNotice>},
    {"PUT", credentials_path, order<login_in>},
    {"POST", credentials_path, order<login_order_in>},
    {"DELETE", credentials_path, plain<LogOut>},
    {"GET", metrics_path, plain<ReadMetrics>},
    {"GET", openapi_path, openapi},
}};

Reply nothing_at(std::string_view path) {
    std::string message = "nothing is at " + std::string{path} + "; look at ";
    std::string_view last;
    for (Route const& route : routes) {
        if (route.path == last) continue;
        if (!last.empty()) message += ", ";
        message += last = route.path;
    }
    return failure(404, message);
}

Reply wrong_method(Request const& request, std::string_view path) {
    std::string allow;
    for (Route const& route : routes) {
        if (!route.leads_to(path)) continue;
        if (!allow.empty()) allow += ", ";
        allow += route.method == "GET" ? "GET, HEAD" : route.method;
    }
    Reply reply = failure(405, std::string{request.method} + " is not for " + std::string{path} +
                                   "; it takes " + allow);
    reply.allow = std::move(allow);
    return reply;
}

/// HEAD is answered wherever GET is (RFC 9110, 9.3.2); the session leaves the body out.
bool is_for(Route const& route, Request const& request) {
    return route.method == request.method || (route.method == "GET" && request.method == "HEAD");
}

Routed follow(Route const& route, Request const& request, Target const& target) {
    for (auto const& [name, value] : target.parameters) {
        if (!route.takes(name))
            return bad_request("unknown parameter \"" + std::string{name} + "\" in the query");
        if (target.count(name) > 1)
            return bad_request('"' + std::string{name} + "\" stands twice; keep one of them");
    }
    auto routed = route.make(request, target);
    if (request.method == "HEAD" && std::holds_alternative<Watch>(routed)) {
        Reply head;
        head.content_type = "text/event-stream";
        return head;
    }
    return routed;
}

}  // namespace

std::vector<Endpoint> endpoints() {
    std::vector<Endpoint> all;
    for (Route const& route : routes) all.push_back({route.method, route.path});
    return all;
}

Routed route(Request const& as_sent) {
    auto const request = in_origin_form(as_sent);
    if (auto refusal = refuse_foreign(request)) return *std::move(refusal);
    auto const target = parse_target(request.target);
    if (!target) return failure(target.error());
    if (request.content_encoding && !equal_ignoring_case(*request.content_encoding, "identity"))
        return failure(415, "the body must not be compressed; leave out Content-Encoding");
    bool known = false;
    for (Route const& candidate : routes) {
        if (!candidate.leads_to(target->path)) continue;
        if (is_for(candidate, request)) return follow(candidate, request, *target);
        known = true;
    }
    if (known) return wrong_method(request, target->path);
    return nothing_at(target->path);
}

}  // namespace settings::ipc
