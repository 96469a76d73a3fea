#include "sync/account/token_reply.h"

#include <algorithm>
#include <array>
#include <initializer_list>
#include <utility>

#include "sync/account/jwt.h"

namespace settings::sync {
namespace {

using std::chrono::seconds;

/// Names that the service's answers use for one thing.
using Names = std::initializer_list<char const*>;

std::string text(Json const& object, Names names) {
    for (auto const* name : names) {
        auto const* found = member(&object, name);
        if (found != nullptr && found->is_string()) return found->get<std::string>();
    }
    return {};
}

std::optional<seconds> expiry(Json const& object) {
    for (auto const* name : {"expiresAt", "expires_at"}) {
        auto const* found = member(&object, name);
        if (found == nullptr || !found->is_number_integer()) continue;
        seconds const value{found->get<std::int64_t>()};
        if (value > seconds{0} && value <= end_of_year_9999) return value;
    }
    return std::nullopt;
}

Failure impostor(Answer const& answer) {
    return {Fault::impostor,
            "an answer to the request for a token that is not the service's; a captive portal or "
            "a proxy?",
            answer.status};
}

Failure refused(Answer const& answer) {
    auto failure = failure_of(answer);
    if (failure.fault == Fault::impostor) return impostor(answer);
    if (failure.by_gateway) failure.fault = Fault::server_error;
    failure.message =
        "the server answered " + std::to_string(answer.status) + " to the request for a token";
    return failure;
}

bool says_no(Fault fault) {
    return fault == Fault::refused || fault == Fault::unauthorized || fault == Fault::forbidden;
}

/// Whether the service itself has issued it: a provider's is no JWT, or has no such claim.
bool is_of_the_service(std::string const& token) { return names_in(token).contains("userId"); }

/// A member called "token" is the provider's own in some answers.
std::string access_in(Json const& body) {
    auto access = text(body, {"accessToken", "access_token"});
    if (!access.empty()) return access;
    access = text(body, {"token"});
    return is_of_the_service(access) ? access : std::string{};
}

std::string access_of_the_service_in(Json const& body) {
    for (auto const* name : {"accessToken", "access_token", "token"}) {
        auto access = text(body, {name});
        if (is_of_the_service(access)) return access;
    }
    return {};
}

std::string full_access_in(Json const& body) {
    return text(body, {"fullAccessToken", "full_access_token"});
}

/// How long the service locks an account after too many wrong answers.
constexpr Time lock_out = std::chrono::minutes{15};

/// As name_in(), of what a person can read.
std::string short_name_in(Json const& object, char const* name) {
    constexpr std::size_t longest = 200;
    auto text = name_in(object, name);
    return text.size() > longest ? std::string{} : text;
}

/// Finds the access token in the body of an answer; empty when it is not there.
using FindAccess = std::string(Json const& body);

TokenReply read_pair(Answer const& answer, FindAccess& access_in_body) {
    auto const success = read_success(answer);
    auto const* body = std::get_if<Json>(&success);
    if (body == nullptr) return impostor(answer);
    TokenPair pair{access_in_body(*body), text(*body, {"refreshToken", "refresh_token"})};
    if (!is_token(pair.access)) return impostor(answer);
    if (!pair.refresh.empty() && !is_token(pair.refresh)) return impostor(answer);
    if (auto const* user = member(&*body, "user")) {
        pair.login = name_in(*user, "id");
        pair.note.organization = short_name_in(*user, "orgId");
        pair.note.role = short_name_in(*user, "orgRole");
    }
    pair.expires_at = expiry(*body);
    pair = with_own_times(std::move(pair));
    auto const now = http_date(answer.date);
    if (!pair.lifetime && pair.expires_at && now && *pair.expires_at > *now)
        pair.lifetime = *pair.expires_at - *now;
    return pair;
}

/// Where the service has a page of somebody else's for the password, tokens are what can be given.
std::string log_in_again(Provider provider) {
    std::string const command = "log in again: settingsctl login";
    return provider == Provider::local ? command : command + " --tokens";
}

/// A provider's token alone is of no use here, and another try would get no other.
TokenReply read_provided_pair(Answer const& answer, Provider provider) {
    auto const success = read_success(answer);
    auto const* body = std::get_if<Json>(&success);
    if (body == nullptr || !access_of_the_service_in(*body).empty())
        return read_pair(answer, access_of_the_service_in);
    return Failure{
        Fault::unauthorized,
        "the server renewed the login and gave no token of its own; " + log_in_again(provider),
        answer.status};
}

bool is_success(Answer const& answer) { return answer.status >= 200 && answer.status <= 299; }

/// What says that a token or a password is refused: the words of RFC 6749, 5.2, and those of
/// GitHub. Other errors may be a gateway's.
bool is_refusal(std::string_view error) {
    constexpr std::array<std::string_view, 7> refusals{"invalid_request",
                                                       "invalid_client",
                                                       "invalid_grant",
                                                       "unauthorized_client",
                                                       "unsupported_grant_type",
                                                       "bad_refresh_token",
                                                       "incorrect_client_credentials"};
    return std::ranges::find(refusals, error) != refusals.end();
}

/// Whether an answer says no in words although its status says yes, as GitHub's own do.
bool declines(Answer const& answer) {
    auto const body = parse_json(answer.body, {.depth = 64});
    if (!body || !body->is_object()) return false;
    auto const success = body->value("success", Json{});
    if (success.is_boolean()) return success == false;
    return !text(*body, {"error_code"}).empty() || is_refusal(text(*body, {"error"}));
}

bool is_given(Answer const& answer) { return is_success(answer) && !declines(answer); }

std::string error_code(Answer const& answer) {
    auto const body = parse_json(answer.body, {.depth = 64});
    return body ? text(*body, {"error_code"}) : std::string{};
}

/// A sentence with what the server said, if anything. For logins alone: an answer to other requests
/// may quote a token that is new.
std::string in_its_words(std::string sentence, Answer const& answer) {
    auto const words = words_of(answer);
    return words.empty() ? sentence : sentence + ": " + words;
}

/// Whether the service itself has taken a login, says so in words, and has no token in its answer.
bool asks_for_more(Answer const& answer) {
    auto const body = parse_json(answer.body, {.depth = 64});
    if (!body || !body->is_object() || body->value("success", Json{}) != true) return false;
    if (words_of(answer).empty()) return false;
    constexpr std::array names{"accessToken", "access_token", "token"};
    return std::ranges::none_of(names, [&](char const* name) { return body->contains(name); });
}

/// The documented reasons for a login that fails.
std::string why_no_login(Answer const& answer) {
    constexpr std::array<std::pair<std::string_view, char const*>, 4> reasons{{
        {"USER_NOT_FOUND", "there is no account with this e-mail address"},
        {"INVALID_PASSWORD", "the password is wrong"},
        {"USER_INACTIVE", "the account is not active; its owner has to activate it first"},
        {"NO_PASSWORD_SET",
         "the account has no password; use tokens instead: settingsctl login --tokens"},
    }};
    auto const code = error_code(answer);
    for (auto const& [known, reason] : reasons)
        if (code == known) return reason;
    return in_its_words("the server refused the login with status " + std::to_string(answer.status),
                        answer);
}

}  // namespace

bool is_renewed_at_provider(Provider provider) {
    return provider == Provider::github || provider == Provider::microsoft;
}

TokenReply read_renewal(Answer const& answer, Provider provider) {
    if (is_given(answer) && is_renewed_at_provider(provider))
        return read_provided_pair(answer, provider);
    if (is_given(answer)) return read_pair(answer, access_in);
    auto failure = refused(answer);
    // What it does not know, it will not renew either.
    bool const is_no = says_no(failure.fault) || failure.fault == Fault::missing;
    if (!is_no && !is_success(answer)) return failure;
    failure.fault = Fault::unauthorized;
    failure.message = "the server refused to renew the token, with status " +
                      std::to_string(answer.status) + "; " + log_in_again(provider);
    return failure;
}

TokenReply read_login(Answer const& answer) {
    if (is_given(answer)) {
        auto reply = read_pair(answer, access_in);
        if (std::holds_alternative<Failure>(reply) && asks_for_more(answer))
            return Failure{Fault::unauthorized,
                           in_its_words("the server took the password and gave no token", answer) +
                               "; where it asks for more than it says here, use tokens instead: "
                               "settingsctl login --tokens",
                           answer.status};
        return reply;
    }
    auto failure = refused(answer);
    bool const is_no = says_no(failure.fault) || is_success(answer);
    failure.message = is_no ? why_no_login(answer) : failure_of(answer).message;
    if (is_no) failure.fault = Fault::unauthorized;
    return failure;
}

TokenReply read_verification(Answer const& answer) {
    if (is_given(answer)) return read_pair(answer, full_access_in);
    auto failure = refused(answer);
    bool const is_locked = answer.status == 423 || answer.status == 429;
    bool const is_no = says_no(failure.fault) || is_success(answer);
    if (!is_locked && !is_no) return failure;
    failure.fault = Fault::unauthorized;
    if (is_locked) failure.retry_after = failure.retry_after.value_or(lock_out);
    return failure;
}

std::optional<Failure> read_mailing(Answer const& answer) {
    if (!read_acceptance(answer)) return std::nullopt;
    auto failure = is_success(answer) ? impostor(answer) : refused(answer);
    if (!says_no(failure.fault)) return failure;
    failure.fault = Fault::unauthorized;
    failure.message = "the server mails no link: it answered " + std::to_string(answer.status);
    return failure;
}

TokenPair with_own_times(TokenPair pair) {
    auto const own = validity_of(pair.access);
    if (!pair.expires_at) pair.expires_at = own.expires_at;
    if (!pair.lifetime && pair.expires_at && own.issued_at && *pair.expires_at > *own.issued_at)
        pair.lifetime = *pair.expires_at - *own.issued_at;
    return pair;
}

}  // namespace settings::sync
