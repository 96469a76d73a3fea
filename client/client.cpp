#include "settings/client.h"

#include <unistd.h>

#include <cstdlib>

namespace settings::client {
namespace {

/// More patience for what the daemon does at the server while we wait: lookup, TLS, request.
constexpr std::chrono::seconds at_the_server{60};

/// RFC 3986, 2.1: every byte but the unreserved ones.
std::string percent_encoded(std::string_view text) {
    constexpr std::string_view unreserved =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    constexpr char hex[] = "0123456789ABCDEF";
    std::string encoded;
    for (char const c : text) {
        auto const byte = static_cast<unsigned char>(c);
        if (unreserved.find(c) != std::string_view::npos)
            encoded += c;
        else
            encoded.append({'%', hex[byte / 16], hex[byte % 16]});
    }
    return encoded;
}

Errc code_of(unsigned status) {
    switch (status) {
        case 404: return Errc::not_found;
        case 412: return Errc::stale;
        default: return Errc::refused;
    }
}

/// A member of an object, or null when there is none.
Json const* member(Json const& object, char const* name) {
    auto const found = object.find(name);
    return found == object.end() ? nullptr : &*found;
}

Error refusal(unsigned status, Json const& body) {
    Json const* message = member(body, "message");
    if (message != nullptr && message->is_string())
        return {code_of(status), message->get<std::string>(), status};
    return {code_of(status), "the daemon answered " + std::to_string(status) + " without a reason",
            status};
}

Result<std::string> text_of(Json const& body) {
    try {
        return body.dump();
    } catch (Json::type_error const&) {
        return Error{Errc::refused, "a name or a text is not valid UTF-8"};
    }
}

Error not_understood(std::string const& what) {
    return {Errc::protocol,
            "the daemon's answer " + what + "; are it and this program of one version?"};
}

/// Takes the member that a successful answer is about.
Result<Json> take(Result<Json> answer, char const* name) {
    if (!answer) return answer;
    if (!answer->contains(name)) return not_understood("has no \"" + std::string{name} + '"');
    return std::move((*answer)[name]);
}

Result<Revision> revision_of(Result<Json> const& answer) {
    if (!answer) return answer.error();
    Json const* revision = member(*answer, "revision");
    if (revision == nullptr || !revision->is_number_integer())
        return not_understood("has no revision");
    return revision->get<Revision>();
}

Result<void> done(Result<Json> const& answer) {
    if (!answer) return answer.error();
    return {};
}

/// As an ETag has it.
std::string quoted(Revision revision) { return '"' + std::to_string(revision) + '"'; }

std::string seconds(std::chrono::milliseconds wait) {
    std::string const fraction = std::to_string(1'000 + wait.count() % 1'000).substr(1);
    return std::to_string(wait.count() / 1'000) + '.' + fraction;
}

}  // namespace

std::string default_socket() {
    if (char const* path = std::getenv("SETTINGSD_SOCKET"); path != nullptr && *path != '\0')
        return path;
    if (char const* directory = std::getenv("XDG_RUNTIME_DIR");
        directory != nullptr && *directory != '\0')
        return std::string{directory} + "/settingsd/socket";
    return "/run/user/" + std::to_string(::getuid()) + "/settingsd/socket";
}

Client::Client(std::string socket_path, Options options)
    : options_{options}, connection_{std::move(socket_path)} {}

Result<Json> Client::document() {
    return take(ask({.method = "GET", .target = "/settings/user"}), "settings");
}

Result<Json> Client::get(std::string_view path) {
    return take(ask({.method = "GET", .target = "/v1/settings/" + percent_encoded(path)}), "value");
}

Result<Revision> Client::patch(Json const& partial, std::optional<Revision> only_if) {
    return write("PUT", partial, only_if);
}

Result<Revision> Client::replace(Json const& settings, std::optional<Revision> only_if) {
    return write("POST", {{"settings", settings}}, only_if);
}

Result<Revision> Client::erase(std::vector<std::string> const& paths,
                               std::optional<Revision> only_if) {
    return write("DELETE", {{"keys", paths}}, only_if);
}

Result<Status> Client::status() {
    auto answer = ask({.method = "GET", .target = "/v1/status"});
    if (!answer) return answer.error();
    return status_from(std::move(*answer));
}

Result<SyncOutcome> Client::sync(std::chrono::milliseconds wait) {
    std::string target = "/v1/sync";
    if (wait.count() > 0) target += "?wait=" + seconds(wait);
    auto const answer = ask({.method = "POST", .target = std::move(target)}, wait);
    auto const revision = revision_of(answer);
    if (!revision) return revision.error();
    Json const* synced = member(*answer, "synced");
    if (synced == nullptr || !synced->is_boolean())
        return not_understood("does not say whether everything is synced");
    Json const* reason = member(*answer, "reason");
    bool const has_reason = reason != nullptr && reason->is_string();
    return SyncOutcome{synced->get<bool>(), *revision,
                       has_reason ? reason->get<std::string>() : std::string{}};
}

Result<Explanation> Client::explain(std::string_view path) {
    auto answer = ask({.method = "GET", .target = "/v1/explain?path=" + percent_encoded(path)});
    if (!answer) return answer.error();
    return explanation_from(std::move(*answer));
}

Result<void> Client::pause() { return done(ask({.method = "POST", .target = "/v1/pause"})); }

Result<void> Client::resume() { return done(ask({.method = "POST", .target = "/v1/resume"})); }

Result<std::vector<Conflict>> Client::conflicts() {
    auto const list = take(ask({.method = "GET", .target = "/v1/conflicts"}), "conflicts");
    if (!list) return list.error();
    return conflicts_from(*list);
}

Result<Revision> Client::restore_conflict(std::int64_t id) {
    return revision_of(order("/v1/conflicts", {{"action", "restore"}, {"id", id}}));
}

Result<void> Client::discard_conflict(std::int64_t id) {
    return done(order("/v1/conflicts", {{"action", "discard"}, {"id", id}}));
}

Result<std::vector<Status::Rejected>> Client::rejected() {
    auto const list = take(ask({.method = "GET", .target = "/v1/rejected"}), "rejected");
    if (!list) return list.error();
    return rejected_from(*list);
}

Result<std::uint64_t> Client::retry_rejected(std::optional<std::string_view> key) {
    Json body{{"action", "retry"}};
    if (key) body["key"] = *key;
    auto const keys = take(order("/v1/rejected", body), "keys");
    if (!keys) return keys.error();
    if (!keys->is_number_unsigned()) return not_understood("does not say how many");
    return keys->get<std::uint64_t>();
}

Result<void> Client::discard_rejected(std::string_view key) {
    return done(order("/v1/rejected", {{"action", "discard"}, {"key", key}}));
}

Result<std::optional<Status::Review>> Client::review() {
    auto const review = take(ask({.method = "GET", .target = "/v1/review"}), "review");
    if (!review) return review.error();
    return review_from(*review);
}

Result<void> Client::decide(Verdict verdict) {
    auto const* action = verdict == Verdict::apply ? "apply" : "refuse";
    return done(order("/v1/review", {{"action", action}}));
}

Result<void> Client::log_in(std::string_view email, std::string_view password) {
    return put_credentials({{"email", email}, {"password", password}});
}

Result<void> Client::adopt_tokens(std::string_view access, std::string_view refresh) {
    Json body{{"accessToken", access}};
    if (!refresh.empty()) body["refreshToken"] = refresh;
    return put_credentials(body);
}

Result<void> Client::log_out() {
    return done(
        ask({.method = "DELETE", .target = "/v1/credentials", .repeatable = false}, at_the_server));
}

Result<void> Client::put_credentials(Json const& body) {
    auto text = text_of(body);
    if (!text) return text.error();
    // A second login would leave the first one's tokens behind at the server.
    return done(ask({.method = "PUT",
                     .target = "/v1/credentials",
                     .body = std::move(*text),
                     .repeatable = false},
                    at_the_server));
}

/// Sent once: what a first attempt has settled is not there for a second one.
Result<Json> Client::order(char const* target, Json const& body) {
    auto text = text_of(body);
    if (!text) return text.error();
    return ask({.method = "POST", .target = target, .body = std::move(*text), .repeatable = false});
}

Result<Revision> Client::write(std::string_view method, Json const& body,
                               std::optional<Revision> only_if) {
    auto text = text_of(body);
    if (!text) return text.error();
    Request request{.method = method, .target = "/settings/user", .body = std::move(*text)};
    if (only_if) request.if_match = quoted(*only_if);
    // An edit whose answer was lost may have been made. Made again it writes what is there already,
    // which changes nothing; another app's edit in between is overwritten just as if ours had come
    // after it, and nobody was promised otherwise. Not so under If-Match: our own first attempt
    // would make the second one stale.
    request.repeatable = !only_if;
    return revision_of(ask(request));
}

Result<Json> Client::ask(Request const& request, std::chrono::milliseconds extra) {
    auto const reply = connection_.exchange(request, options_.timeout + extra);
    if (!reply) return reply.error();
    Json body = Json::parse(reply->body, nullptr, /*allow_exceptions=*/false);
    if (reply->status < 200 || reply->status > 299) return refusal(reply->status, body);
    Json const* success = member(body, "success");
    if (success == nullptr || *success != true) return not_understood("is not a success");
    return body;
}

}  // namespace settings::client
