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

constexpr std::size_t longest_past = 64;  ///< changes of a document that a replica may lag behind

/// Takes the names out of the object that are in `names`, or those that are not.
void drop(Json& object, std::set<std::string> const& names, bool are_in) {
    for (auto member = object.begin(); member != object.end();)
        member = names.contains(member.key()) == are_in ? object.erase(member) : std::next(member);
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

Response Service::handle(Call call, Request const& request, Quirks const& quirks, Time now) {
    switch (call) {
        case Call::login: return log_in(request.body, now);
        case Call::refresh: return refresh(request.body, now);
        case Call::logout: return log_out(request.body);
        default: return on_document(call, request, quirks, now);
    }
}

Response Service::on_document(Call call, Request const& request, Quirks const& quirks, Time now) {
    auto const email = accounts_.authenticate(request.authorization, now);
    if (!email) return failure(401, email.error().message());
    if (call == Call::get) return read(*email, quirks, now);
    Json& document = documents_.at(*email);
    Json before = document;
    Response response = write(call, document, request.body, quirks);
    if (document != before) keep_past(*email, std::move(before), now);
    return response;
}

Response Service::write(Call call, Json& document, std::string const& body,
                        Quirks const& quirks) const {
    switch (call) {
        case Call::put: return merge(document, body, quirks);
        case Call::post: return replace(document, body);
        default: return erase_keys(document, body);
    }
}

void Service::keep_past(std::string const& email, Json before, Time now) {
    auto& past = past_[email];
    past.push_back({now, std::move(before)});
    if (past.size() > longest_past) past.pop_front();
}

void Service::replace_document(std::string const& email, Json document) {
    documents_[email] = std::move(document);
}

Response Service::read(std::string const& email, Quirks const& quirks, Time now) const {
    Json const* document = &documents_.at(email);
    if (auto const known = past_.find(email); known != past_.end()) {
        auto const& past = known->second;
        auto const as_of = now - quirks.lag;
        auto const then = std::find_if(past.begin(), past.end(),
                                       [&](Past const& each) { return each.until > as_of; });
        if (then != past.end()) document = &then->document;
    }
    return json_answer(200, {{"success", true}, {"settings", *document}});
}

Response Service::merge(Json& document, std::string const& body, Quirks const& quirks) const {
    auto partial = object_in(body);
    if (!partial) return usual_answer(400);
    auto const asked = partial->size();
    drop(*partial, quirks.refused, true);
    bool const is_refused = partial->size() < asked;
    if (is_refused && !quirks.stores_the_rest) return usual_answer(400);
    if (quirks.kept) drop(*partial, *quirks.kept, false);
    // Only the admin endpoint can have made it anything else.
    if (!document.is_object()) document = Json::object();
    emulator::merge(document, *partial, rules_.merge);
    if (is_refused) return usual_answer(400);
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
