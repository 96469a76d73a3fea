#include "ipc/routes.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "ipc/reply.h"
#include "ipc/target.h"
#include "model/limits.h"

namespace settings::ipc {
namespace {

using Routed = std::variant<Command, Reply>;

constexpr std::string_view document_path = "/settings/user";
constexpr std::string_view values_path = "/v1/settings/";
constexpr std::string_view status_path = "/v1/status";
constexpr std::string_view sync_path = "/v1/sync";
constexpr std::string_view explain_path = "/v1/explain";
constexpr std::string_view pause_path = "/v1/pause";
constexpr std::string_view resume_path = "/v1/resume";
constexpr std::string_view conflicts_path = "/v1/conflicts";
constexpr std::string_view rejected_path = "/v1/rejected";
constexpr std::string_view review_path = "/v1/review";
constexpr std::string_view credentials_path = "/v1/credentials";
constexpr double wait_seconds = 3600;

Reply bad_request(std::string_view message) { return failure(400, message); }

bool equal_ignoring_case(std::string_view a, std::string_view b) {
    auto const lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [lower](char x, char y) { return lower(x) == lower(y); });
}

bool all_digits(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// Whether Host names this machine. A page that has been rebound to a loopback address by its own
/// DNS still sends its own name.
bool is_local(std::string_view host) {
    if (std::size_t const colon = host.rfind(':');
        colon != std::string_view::npos && all_digits(host.substr(colon + 1)))
        host = host.substr(0, colon);
    constexpr std::array<std::string_view, 4> names{"localhost", "127.0.0.1", "[::1]", "settingsd"};
    return std::any_of(names.begin(), names.end(),
                       [host](std::string_view name) { return equal_ignoring_case(host, name); });
}

std::optional<Reply> refuse_foreign(Request const& request) {
    if (request.has_origin)
        return failure(403, "requests with an Origin header come from web pages and are refused");
    if (!request.host) {
        if (request.http_1_0) return std::nullopt;
        return bad_request("the Host header is missing; send \"Host: localhost\"");
    }
    if (!is_local(*request.host))
        return failure(403, "the Host header names another machine; send \"Host: localhost\"");
    return std::nullopt;
}

// Revisions in headers ---------------------------------------------------------------------------

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

/// The revision in a strong entity tag of ours: a decimal number in quotes, written as we write it.
std::optional<Revision> revision_of(std::string_view tag) {
    if (tag.size() < 3 || tag.front() != '"' || tag.back() != '"') return std::nullopt;
    tag = tag.substr(1, tag.size() - 2);
    if (!all_digits(tag) || (tag.size() > 1 && tag.front() == '0')) return std::nullopt;
    Revision revision = 0;
    auto const [end, error] = std::from_chars(tag.begin(), tag.end(), revision);
    if (error != std::errc{} || end != tag.end()) return std::nullopt;
    return revision;
}

/// The newest revision that If-None-Match lists; the document only moves on, so no other one can
/// still be current. "*" and what is no tag of ours set no condition: the reader gets the document.
std::optional<Revision> newest_of(std::string_view list) {
    std::optional<Revision> newest;
    while (!list.empty()) {
        std::string_view tag = list.substr(0, list.find(','));
        list.remove_prefix(std::min(list.size(), tag.size() + 1));
        tag = trimmed(tag);
        if (tag.starts_with("W/")) tag.remove_prefix(2);  // compared weakly (RFC 9110, 13.1.2)
        if (auto const revision = revision_of(tag)) newest = std::max(newest, revision);
    }
    return newest;
}

// Bodies -----------------------------------------------------------------------------------------

Result<Json> parse_object(std::string_view body, std::size_t depth, std::string_view wanted) {
    auto const refuse = [wanted](std::string_view what) {
        return Error{Errc::bad_request, std::string{what} + "; send " + std::string{wanted}};
    };
    if (body.empty()) return refuse("the body is empty");
    JsonLimits const json_limits{.depth = depth, .key_bytes = limits::key_bytes};
    Result<Json> parsed = parse_json(body, json_limits);
    if (parsed && !parsed->is_object())
        return refuse(std::string{"the body is of type "} + parsed->type_name());
    return parsed;
}

/// The first member that is not `known`, or nothing.
std::optional<std::string> stranger(Json const& object,
                                    std::initializer_list<std::string_view> known) {
    for (auto const& [name, value] : object.items())
        if (std::find(known.begin(), known.end(), name) == known.end()) return name;
    return std::nullopt;
}

Reply unknown_member(std::string const& name, std::string_view known) {
    return bad_request("unknown member \"" + name + "\" beside \"" + std::string{known} +
                       "\"; take it out");
}

Routed write(Request const& request, Edit edit) {
    if (request.if_none_match)
        return bad_request("If-None-Match is for reading; use If-Match: \"REVISION\" on a write");
    Write command{std::move(edit), std::nullopt};
    // "*" asks for any document at all (RFC 9110, 13.1.1), and there always is one.
    if (request.if_match && *request.if_match != "*") {
        command.only_if = revision_of(*request.if_match);
        if (!command.only_if)
            return bad_request(
                "If-Match must be one revision in quotes, as the ETag of a read: \"7\"");
    }
    return Command{std::move(command)};
}

Routed patch(Request const& request, Target const&) {
    auto partial = parse_object(request.body, limits::json_depth, R"(an object: {"theme":"dark"})");
    if (!partial) return failure(partial.error());
    return write(request, Patch{*std::move(partial)});
}

Routed replace(Request const& request, Target const&) {
    constexpr std::string_view wanted = R"(the whole document, wrapped: {"settings":{…}})";
    auto wrapper = parse_object(request.body, limits::json_depth + 1, wanted);
    if (!wrapper) return failure(wrapper.error());
    if (auto const name = stranger(*wrapper, {"settings"}))
        return unknown_member(*name, "settings");
    auto const settings = wrapper->find("settings");
    if (settings == wrapper->end() || !settings->is_object())
        return bad_request("\"settings\" must be an object; send " + std::string{wanted});
    return write(request, Replace{std::move(*settings)});
}

Routed erase_keys(Request const& request, Target const&) {
    constexpr std::string_view wanted = R"(the keys: {"keys":["theme"]})";
    auto wrapper = parse_object(request.body, limits::json_depth, wanted);
    if (!wrapper) return failure(wrapper.error());
    if (auto const name = stranger(*wrapper, {"keys"})) return unknown_member(*name, "keys");
    auto const keys = wrapper->find("keys");
    if (keys == wrapper->end() || !keys->is_array() || keys->empty())
        return bad_request("Keys array is required and must not be empty");
    Erase erase;
    for (Json const& key : *keys) {
        if (!key.is_string() || key.get_ref<std::string const&>().empty())
            return bad_request("key number " + std::to_string(erase.paths.size() + 1) +
                               " is not a non-empty string; name each key as in \"theme\"");
        erase.paths.push_back(key.get<std::string>());
    }
    return write(request, std::move(erase));
}

// Reads and commands -----------------------------------------------------------------------------

Routed read_document(Request const& request, Target const&) {
    ReadDocument command;
    if (request.if_none_match) command.unless = newest_of(*request.if_none_match);
    return Command{command};
}

Routed read_path(Request const&, Target const& target) {
    std::string_view const name = target.path.substr(values_path.size());
    if (name.empty())
        return failure(404, "name a value, as in /v1/settings/theme; all are at /settings/user");
    // Cut before decoding: a %2F is part of a name.
    std::string joined{name};
    std::replace(joined.begin(), joined.end(), '/', '.');
    auto path = percent_decode(joined);
    if (!path) return failure(path.error());
    return Command{ReadPath{*std::move(path)}};
}

Routed read_status(Request const&, Target const&) { return Command{ReadStatus{}}; }

std::optional<std::chrono::milliseconds> wait_of(std::string_view text) {
    // from_chars would take "inf" and "-1" as well.
    if (text.empty() || !all_digits(text.substr(0, 1))) return std::nullopt;
    double seconds = 0;
    auto const [end, error] =
        std::from_chars(text.begin(), text.end(), seconds, std::chars_format::fixed);
    if (error != std::errc{} || end != text.end() || seconds > wait_seconds) return std::nullopt;
    return std::chrono::milliseconds{static_cast<std::chrono::milliseconds::rep>(seconds * 1000)};
}

Routed sync_now(Request const&, Target const& target) {
    SyncNow command{std::chrono::milliseconds{0}};
    if (target.parameters.empty()) return Command{command};
    if (target.parameters.size() > 1) return bad_request("\"wait\" stands twice; keep one of them");
    auto const wait = wait_of(target.parameters.front().second);
    if (!wait) return bad_request("\"wait\" must be a number of seconds from 0 to 3600");
    command.wait = *wait;
    return Command{command};
}

Routed explain(Request const&, Target const& target) {
    if (target.parameters.size() != 1 || target.parameters.front().second.empty())
        return bad_request("name one setting: /v1/explain?path=notifications.email");
    auto path = percent_decode(target.parameters.front().second);
    if (!path) return failure(path.error());
    return Command{Explain{*std::move(path)}};
}

// What waits for a person ------------------------------------------------------------------------

Routed pause(Request const&, Target const&) { return Command{Pause{true}}; }

Routed resume(Request const&, Target const&) { return Command{Pause{false}}; }

/// A body that names an action on one thing, as in {"action":"retry","key":"theme"}.
struct Action {
    std::string name;
    std::optional<Json> subject;
};

/// An "action" that is a string, and nothing else but perhaps the `subject`.
Result<Action> parse_action(Request const& request, std::string_view subject,
                            std::string_view wanted) {
    auto body = parse_object(request.body, limits::json_depth, wanted);
    if (!body) return body.error();
    auto const name = stranger(*body, {"action", subject});
    auto const* action = member(&*body, "action");
    if (name || action == nullptr || !action->is_string())
        return Error{Errc::bad_request, "send " + std::string{wanted}};
    return Action{action->get<std::string>(), copy_of(member(&*body, std::string{subject}))};
}

Routed read_conflicts(Request const&, Target const&) { return Command{ReadConflicts{}}; }

Routed resolve_conflict(Request const& request, Target const&) {
    constexpr std::string_view wanted =
        R"({"action":"restore","id":1} to put that value back, or {"action":"discard","id":1})";
    auto const asked = parse_action(request, "id", wanted);
    if (!asked) return failure(asked.error());
    bool const restore = asked->name == "restore";
    bool const is_known = restore || asked->name == "discard";
    if (!is_known || !asked->subject || !asked->subject->is_number_integer())
        return bad_request("send " + std::string{wanted});
    return Command{ResolveConflict{asked->subject->get<std::int64_t>(), restore}};
}

Routed read_rejected(Request const&, Target const&) { return Command{ReadRejected{}}; }

Routed decide_on_rejected(Request const& request, Target const&) {
    constexpr std::string_view wanted =
        R"({"action":"retry"}, {"action":"retry","key":"theme"} or {"action":"discard","key":"theme"})";
    auto const asked = parse_action(request, "key", wanted);
    if (!asked) return failure(asked.error());
    std::optional<std::string> key;
    if (asked->subject && asked->subject->is_string()) key = asked->subject->get<std::string>();
    bool const is_odd_key = asked->subject && !key;
    if (asked->name == "retry" && !is_odd_key) return Command{RetryRejected{key}};
    if (asked->name == "discard" && key) return Command{DiscardRejected{*key}};
    return bad_request("send " + std::string{wanted});
}

Routed read_review(Request const&, Target const&) { return Command{ReadReview{}}; }

Routed decide_on_review(Request const& request, Target const&) {
    constexpr std::string_view wanted =
        R"({"action":"apply"} to take the server's document over, or {"action":"refuse"} to put this device's back)";
    auto const asked = parse_action(request, "action", wanted);
    if (!asked) return failure(asked.error());
    if (asked->name == "apply") return Command{Decide{Verdict::apply}};
    if (asked->name == "refuse") return Command{Decide{Verdict::refuse}};
    return bad_request("send " + std::string{wanted});
}

// Credentials ------------------------------------------------------------------------------------

/// Takes a member out of the object; nothing when it is absent, not a string, or empty.
std::optional<std::string> take_text(Json& object, char const* name) {
    auto const found = object.find(name);
    if (found == object.end() || !found->is_string()) return std::nullopt;
    auto text = found->get<std::string>();
    if (text.empty()) return std::nullopt;
    object.erase(found);
    return text;
}

/// The refusals quote nothing of the body: what is mistyped here is a secret all the same.
Routed log_in(Request const& request, Target const&) {
    constexpr std::string_view wanted =
        R"(send {"email":"…","password":"…"} or {"accessToken":"…","refreshToken":"…"})";
    auto body = parse_json(request.body, {.depth = limits::json_depth});
    if (!body || !body->is_object())
        return bad_request("the body is not a JSON object; " + std::string{wanted});
    auto email = take_text(*body, "email");
    auto password = take_text(*body, "password");
    auto access = take_text(*body, "accessToken");
    auto refresh = take_text(*body, "refreshToken");
    if (body->empty() && email && password && !access && !refresh)
        return Command{LogIn{*std::move(email), *std::move(password)}};
    if (body->empty() && access && !email && !password)
        return Command{AdoptTokens{*std::move(access), std::move(refresh).value_or("")}};
    return bad_request("that is neither a login nor a pair of tokens; " + std::string{wanted});
}

Routed log_out(Request const&, Target const&) { return Command{LogOut{}}; }

// The table --------------------------------------------------------------------------------------

struct Route {
    std::string_view method;
    std::string_view path;
    std::string_view parameter;  ///< the only one that it takes; empty for none
    Routed (*make)(Request const&, Target const&);

    /// A path that ends in a slash stands for everything below it.
    [[nodiscard]] bool leads_to(std::string_view target) const {
        return path.ends_with('/') ? target.starts_with(path) : target == path;
    }
};

constexpr std::array<Route, 18> routes{{
    {"GET", document_path, "", read_document},
    {"PUT", document_path, "", patch},
    {"POST", document_path, "", replace},
    {"DELETE", document_path, "", erase_keys},
    {"GET", values_path, "", read_path},
    {"GET", status_path, "", read_status},
    {"POST", sync_path, "wait", sync_now},
    {"GET", explain_path, "path", explain},
    {"POST", pause_path, "", pause},
    {"POST", resume_path, "", resume},
    {"GET", conflicts_path, "", read_conflicts},
    {"POST", conflicts_path, "", resolve_conflict},
    {"GET", rejected_path, "", read_rejected},
    {"POST", rejected_path, "", decide_on_rejected},
    {"GET", review_path, "", read_review},
    {"POST", review_path, "", decide_on_review},
    {"PUT", credentials_path, "", log_in},
    {"DELETE", credentials_path, "", log_out},
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
    for (Route const& route : routes)
        if (route.leads_to(path)) allow += (allow.empty() ? "" : ", ") + std::string{route.method};
    Reply reply = failure(405, std::string{request.method} + " is not for " + std::string{path} +
                                   "; it takes " + allow);
    reply.allow = std::move(allow);
    return reply;
}

Routed follow(Route const& route, Request const& request, Target const& target) {
    for (auto const& [name, value] : target.parameters)
        if (name.empty() || name != route.parameter)
            return bad_request("unknown parameter \"" + std::string{name} + "\" in the query");
    return route.make(request, target);
}

}  // namespace

std::variant<Command, Reply> route(Request const& request) {
    if (auto refusal = refuse_foreign(request)) return *std::move(refusal);
    auto const target = parse_target(request.target);
    if (!target) return failure(target.error());
    if (request.content_encoding && !equal_ignoring_case(*request.content_encoding, "identity"))
        return failure(415, "the body must not be compressed; leave out Content-Encoding");
    bool known = false;
    for (Route const& candidate : routes) {
        if (!candidate.leads_to(target->path)) continue;
        if (candidate.method == request.method) return follow(candidate, request, *target);
        known = true;
    }
    if (known) return wrong_method(request, target->path);
    return nothing_at(target->path);
}

}  // namespace settings::ipc
