#include "emulator/logins.h"

#include <optional>
#include <utility>

#include "emulator/answers.h"
#include "emulator/bodies.h"

namespace settings::emulator {
namespace {

/// The documentation says refreshToken, the service's own client sends refresh_token.
std::optional<std::string> refresh_token_in(std::string const& body) {
    auto const parsed = object_in(body);
    if (!parsed) return std::nullopt;
    auto token = string_in(*parsed, "refreshToken");
    return token ? token : string_in(*parsed, "refresh_token");
}

Json to_json(Tokens const& tokens) {
    return {{"success", true},
            {"accessToken", tokens.access},
            {"refreshToken", tokens.refresh},
            {"expiresAt", tokens.expires_at.time_since_epoch().count()}};
}

Json to_json(User const& user) {
    Json shown{{"id", user.email}, {"email", user.email}};
    if (user.organization.empty()) return shown;
    shown["orgId"] = user.organization;
    shown["orgRole"] = user.role;
    return shown;
}

Response refuse_login(std::string_view message, std::string_view code) {
    return json_answer(401, {{"success", false}, {"message", message}, {"error_code", code}});
}

bool is_by_another(User const& user) {
    return user.provider == "GITHUB" || user.provider == "MICROSOFT";
}

/// Tokens for a login by that provider; nothing when it is none.
std::optional<Tokens> refresh_login(Accounts& accounts, std::string const& body,
                                    std::string_view provider, Time now) {
    auto const parsed = object_in(body);
    auto const token = parsed ? string_in(*parsed, "refresh_token") : std::nullopt;
    auto const* holder = token ? accounts.holder(*token) : nullptr;
    if (holder == nullptr || holder->provider != provider) return std::nullopt;
    return accounts.refresh(*token, now);
}

Response no_such_refresh_token() { return failure(401, "Invalid refresh token"); }

/// Where it stands in the body, by the method.
std::optional<std::string> answer_in(Json const& body, std::string const& method) {
    if (method == "GOOGLE_AUTH") return string_in(body, "code");
    if (method == "MAGIC_LINK") return string_in(body, "token");
    return std::nullopt;
}

SecondFactor::Verdict check(SecondFactor& factor, std::string const& method,
                            std::string const& answer, Time now) {
    return method == "MAGIC_LINK" ? factor.check_link(answer, now) : factor.check_code(answer, now);
}

Response locked(SecondFactor const& factor, Time now) {
    Response response =
        factor_failure(429, "Too many failed attempts. Please try again in 15 minutes.");
    auto const left = factor.locked_for(now).value_or(std::chrono::seconds{0});
    response.headers.emplace_back("Retry-After", std::to_string(left.count()));
    return response;
}

Response verified(Accounts& accounts, Bearer bearer, Time now) {
    bearer.is_verified = true;
    Tokens const tokens = accounts.grant(std::move(bearer), now);
    return json_answer(200, {{"success", true},
                             {"message", "MFA verification successful"},
                             {"fullAccessToken", tokens.access},
                             {"refreshToken", tokens.refresh}});
}

}  // namespace

Response log_in(Accounts& accounts, std::string const& body, Time now) {
    auto const parsed = object_in(body);
    auto const email = parsed ? string_in(*parsed, "email") : std::nullopt;
    auto const password = parsed ? string_in(*parsed, "password") : std::nullopt;
    if (!email || !password) return failure(400, "Email and password are required");
    User const* user = accounts.find(*email);
    if (user == nullptr) return refuse_login("User not found", "USER_NOT_FOUND");
    if (user->password != *password) return refuse_login("Invalid password", "INVALID_PASSWORD");
    auto bearer = accounts.begin(*email, parsed->value("deviceInfo", Json{}), now);
    Tokens const tokens = accounts.grant(std::move(bearer), now);
    Json answer = to_json(tokens);
    answer["tokenId"] = tokens.id;
    answer["user"] = to_json(*user);
    return json_answer(200, answer);
}

Response refresh(Accounts& accounts, std::string const& body, Time now) {
    auto const token = refresh_token_in(body);
    if (!token) return failure(400, "Refresh token is required");
    auto const* holder = accounts.holder(*token);
    if (holder == nullptr || is_by_another(*holder)) return no_such_refresh_token();
    return json_answer(200, to_json(*accounts.refresh(*token, now)));
}

Response refresh_github(Accounts& accounts, std::string const& body, Time now) {
    auto const tokens = refresh_login(accounts, body, "GITHUB", now);
    if (!tokens) return no_such_refresh_token();
    Json answer = to_json(*tokens);
    answer["token"] = tokens->access;
    answer["accessToken"] = "gho_16C7e42F292c6912E7710c838347Ae178B4a";
    return json_answer(200, answer);
}

Response refresh_microsoft(Accounts& accounts, std::string const& body, Time now) {
    auto const tokens = refresh_login(accounts, body, "MICROSOFT", now);
    if (!tokens) return no_such_refresh_token();
    Json answer = to_json(*tokens);
    answer["token"] = "EwB4A8l6BAAU7p9QDpi";
    return json_answer(200, answer);
}

Response log_out(Accounts& accounts, std::string const& body) {
    auto const token = refresh_token_in(body);
    if (!token) return failure(400, "Refresh token is required");
    accounts.forget(*token);
    return accepted("Logged out successfully");
}

Response factor_failure(unsigned status, std::string_view error) {
    return json_answer(status, {{"success", false}, {"error", error}});
}

Response factor_status(Accounts const& accounts, Bearer const& bearer) {
    User const& user = *accounts.find(bearer.email);
    auto const methods = user.factor.methods();
    Json data{{"isEnabled", !methods.empty()},
              {"isRequired", accounts.needs_factor(user)},
              {"isEnforced", accounts.enforces(user.organization)},
              {"enabledMethods", methods},
              {"sessionVerified", !accounts.is_restricted(bearer)}};
    if (!methods.empty()) data["primaryMethod"] = methods.front();
    return json_answer(200, {{"success", true}, {"data", std::move(data)}});
}

Response mail_link(Accounts& accounts, Bearer const& bearer, Time now) {
    auto& factor = accounts.find(bearer.email)->factor;
    if (!factor.has("MAGIC_LINK")) return factor_failure(400, "Magic link is not enabled");
    factor.mail(accounts.secret_text("link"), now);
    return accepted("Magic link sent");
}

Response verify_login(Accounts& accounts, Bearer bearer, std::string const& body, Time now) {
    auto const parsed = object_in(body);
    auto const method = parsed ? string_in(*parsed, "mfaType").value_or("") : "";
    auto const answer = parsed ? answer_in(*parsed, method) : std::nullopt;
    if (!answer) return factor_failure(400, "Invalid MFA type or missing verification data");
    auto& factor = accounts.find(bearer.email)->factor;
    if (!factor.has(method)) return factor_failure(400, "This MFA method is not enabled");
    switch (check(factor, method, *answer, now)) {
        case SecondFactor::Verdict::right: return verified(accounts, std::move(bearer), now);
        case SecondFactor::Verdict::locked: return locked(factor, now);
        case SecondFactor::Verdict::wrong: break;
    }
    return factor_failure(401, "Invalid verification code");
}

}  // namespace settings::emulator
