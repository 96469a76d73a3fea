#include "emulator/service.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "emulator/answers.h"

namespace settings::emulator {
namespace {

std::optional<Json> object_in(std::string const& body) {
    auto parsed = json_in(body);
    if (parsed && !parsed->is_object()) return std::nullopt;
    return parsed;
}

/// The member of a body, as a string; nothing when it is absent or something else.
std::optional<std::string> string_in(Json const& body, char const* name) {
    auto const member = body.find(name);
    if (member == body.end() || !member->is_string()) return std::nullopt;
    return member->get<std::string>();
}

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

Response refuse_login(std::string_view message, std::string_view code) {
    return json_answer(401, {{"success", false}, {"message", message}, {"error_code", code}});
}

bool has_one_of(Json const& object, std::set<std::string> const& names) {
    return std::any_of(names.begin(), names.end(),
                       [&object](std::string const& name) { return object.contains(name); });
}

/// The paths of a DELETE, or nothing when the body is not {"keys":["…",…]}.
std::optional<std::vector<std::string>> keys_in(std::string const& body) {
    auto const parsed = object_in(body);
    if (!parsed) return std::nullopt;
    auto const keys = parsed->find("keys");
    if (keys == parsed->end() || !keys->is_array() || keys->empty()) return std::nullopt;
    if (!std::all_of(keys->begin(), keys->end(), [](Json const& key) { return key.is_string(); }))
        return std::nullopt;
    return keys->get<std::vector<std::string>>();
}

}  // namespace

Service::Service(Rules rules, Accounts accounts) : rules_{rules}, accounts_{std::move(accounts)} {
    for (auto const& user : accounts_.users()) documents_.emplace(user.email, Json::object());
}

Response Service::handle(Call call, Request const& request, std::set<std::string> const& refused,
                         Time now) {
    switch (call) {
        case Call::login: return log_in(request.body, now);
        case Call::refresh: return refresh(request.body, now);
        case Call::logout: return log_out(request.body);
        default: return on_document(call, request, refused, now);
    }
}

Response Service::on_document(Call call, Request const& request,
                              std::set<std::string> const& refused, Time now) {
    auto const email = accounts_.authenticate(request.authorization, now);
    if (!email) return failure(401, email.error().message());
    Json& document = documents_.at(*email);
    switch (call) {
        case Call::put: return merge(document, request.body, refused);
        case Call::post: return replace(document, request.body);
        case Call::erase: return erase_keys(document, request.body);
        default: return read(document);
    }
}

void Service::replace_document(std::string const& email, Json document) {
    documents_[email] = std::move(document);
}

Response Service::read(Json const& document) const {
    return json_answer(200, {{"success", true}, {"settings", document}});
}

Response Service::merge(Json& document, std::string const& body,
                        std::set<std::string> const& refused) const {
    auto const partial = object_in(body);
    if (!partial || has_one_of(*partial, refused)) return usual_answer(400);
    // Only the admin endpoint can have made it anything else.
    if (!document.is_object()) document = Json::object();
    emulator::merge(document, *partial, rules_.merge);
    return accepted("User settings partially updated successfully");
}

Response Service::replace(Json& document, std::string const& body) const {
    auto parsed = object_in(body);
    if (!parsed) return failure(400, "Failed to update user settings");
    auto const settings = parsed->find("settings");
    if (settings == parsed->end() || !settings->is_object())
        return failure(400, "Failed to update user settings");
    document = std::move(*settings);
    return accepted("User settings updated successfully");
}

Response Service::erase_keys(Json& document, std::string const& body) const {
    auto const keys = keys_in(body);
    if (!keys) return failure(400, "Keys array is required and must not be empty");
    auto const absent = [&document](std::string const& key) {
        Json trial = document;
        return !delete_key(trial, key);
    };
    if (rules_.absent_key == AbsentKey::refuse && std::any_of(keys->begin(), keys->end(), absent))
        return failure(400, "Failed to delete user settings keys");
    for (auto const& key : *keys) delete_key(document, key);
    return accepted("User settings keys deleted successfully");
}

Response Service::log_in(std::string const& body, Time now) {
    auto const parsed = object_in(body);
    auto const email = parsed ? string_in(*parsed, "email") : std::nullopt;
    auto const password = parsed ? string_in(*parsed, "password") : std::nullopt;
    if (!email || !password) return failure(400, "Email and password are required");
    User const* user = accounts_.find(*email);
    if (user == nullptr) return refuse_login("User not found", "USER_NOT_FOUND");
    if (user->password != *password) return refuse_login("Invalid password", "INVALID_PASSWORD");
    Tokens const tokens = accounts_.grant(*email, now);
    Json answer = to_json(tokens);
    answer["tokenId"] = tokens.id;
    answer["user"] = {{"id", *email}, {"email", *email}};
    return json_answer(200, answer);
}

Response Service::refresh(std::string const& body, Time now) {
    auto const token = refresh_token_in(body);
    if (!token) return failure(400, "Refresh token is required");
    auto const tokens = accounts_.refresh(*token, now);
    if (!tokens) return failure(401, "Invalid refresh token");
    return json_answer(200, to_json(*tokens));
}

Response Service::log_out(std::string const& body) {
    auto const token = refresh_token_in(body);
    if (!token) return failure(400, "Refresh token is required");
    accounts_.forget(*token);
    return accepted("Logged out successfully");
}

}  // namespace settings::emulator
