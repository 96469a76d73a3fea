#include "emulator/service.h"

#include <algorithm>
#include <optional>
#include <utility>

#include "emulator/answers.h"
#include "emulator/bodies.h"
#include "emulator/logins.h"

namespace settings::emulator {
namespace {

constexpr std::size_t longest_past = 64;  ///< changes of a document that a replica may lag behind

/// Takes the names out of the object that are in `names`, or those that are not.
void drop(Json& object, std::set<std::string> const& names, bool are_in) {
    for (auto member = object.begin(); member != object.end();)
        member = names.contains(member.key()) == are_in ? object.erase(member) : std::next(member);
}

/// Who may change an organization's settings.
bool may_write(User const& user) { return user.role == "ADMINISTRATOR" || user.role == "OWNER"; }

/// "Failed to update user settings" and the like.
Response failed_to(std::string const& what, char const* word) {
    return failure(400, "Failed to " + what + ' ' + word + " settings");
}

Response done_to(char const* title, std::string const& what) {
    return accepted(std::string{title} + " settings " + what + " successfully");
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

bool Service::knows(Call call) const {
    if (!rules_.user_calls_only) return true;
    switch (call) {
        case Call::factor_status:
        case Call::factor_link:
        case Call::factor_verify:
        case Call::organization_get:
        case Call::organization_put:
        case Call::organization_post:
        case Call::organization_erase: return false;
        default: return true;
    }
}

Response Service::handle(Call call, Request const& request, Quirks const& quirks, Time now) {
    switch (call) {
        case Call::login:
        case Call::refresh:
        case Call::github_refresh:
        case Call::microsoft_refresh:
        case Call::logout: return about_login(call, request, now);
        case Call::factor_status:
        case Call::factor_link:
        case Call::factor_verify: return about_factor(call, request, now);
        default: return on_settings(call, request, quirks, now);
    }
}

Response Service::about_login(Call call, Request const& request, Time now) {
    switch (call) {
        case Call::login: return log_in(accounts_, request.body, now);
        case Call::refresh: return refresh(accounts_, request.body, now);
        case Call::github_refresh: return refresh_github(accounts_, request.body, now);
        case Call::microsoft_refresh: return refresh_microsoft(accounts_, request.body, now);
        default: return log_out(accounts_, request.body);
    }
}

Response Service::about_factor(Call call, Request const& request, Time now) {
    auto bearer = accounts_.authenticate(request.authorization, now);
    if (!bearer) return factor_failure(401, bearer.error().message());
    if (call == Call::factor_status) return factor_status(accounts_, *bearer);
    if (call == Call::factor_link) return mail_link(accounts_, *bearer, now);
    return verify_login(accounts_, *std::move(bearer), request.body, now);
}

Response Service::on_settings(Call call, Request const& request, Quirks const& quirks, Time now) {
    auto const bearer = accounts_.authenticate(request.authorization, now);
    if (!bearer) return failure(401, bearer.error().message());
    if (!rules_.user_calls_only && accounts_.is_restricted(*bearer))
        return failure(rules_.restricted, "MFA verification required");
    switch (call) {
        case Call::get:
        case Call::put:
        case Call::post:
        case Call::erase: return on_users(call, bearer->email, request.body, quirks, now);
        default: return on_organization(call, bearer->email, request.body, quirks);
    }
}

Response Service::on_users(Call call, std::string const& email, std::string const& body,
                           Quirks const& quirks, Time now) {
    if (call == Call::get) return read(email, quirks, now);
    Json& document = documents_.at(email);
    Json before = document;
    Response response = write(call, {document, "user", "User"}, body, quirks);
    if (document != before) keep_past(email, std::move(before), now);
    return response;
}

Response Service::on_organization(Call call, std::string const& email, std::string const& body,
                                  Quirks const& quirks) {
    User const& user = *accounts_.find(email);
    if (user.organization.empty()) return failure(404, "User not associated with any organization");
    Json& document = organization_document(user.organization);
    if (call == Call::organization_get)
        return json_answer(200, {{"success", true}, {"settings", document}});
    if (!may_write(user)) return failure(403, "Insufficient permissions");
    return write(call, {document, "organization", "Organization"}, body, quirks);
}

Response Service::write(Call call, Subject subject, std::string const& body,
                        Quirks const& quirks) const {
    switch (call) {
        case Call::put:
        case Call::organization_put: return merge(subject, body, quirks);
        case Call::post:
        case Call::organization_post: return replace(subject, body);
        default: return erase_keys(subject, body);
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

Json& Service::organization_document(std::string const& name) {
    return organizations_.try_emplace(name, Json::object()).first->second;
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

Response Service::merge(Subject subject, std::string const& body, Quirks const& quirks) const {
    auto const refusal = failed_to("partially update", subject.word);
    auto partial = object_in(body);
    if (!partial) return refusal;
    auto const asked = partial->size();
    drop(*partial, quirks.refused, true);
    bool const is_refused = partial->size() < asked;
    if (is_refused && !quirks.stores_the_rest) return refusal;
    if (quirks.kept) drop(*partial, *quirks.kept, false);
    // Only the admin endpoint can have made it anything else.
    if (!subject.document.is_object()) subject.document = Json::object();
    emulator::merge(subject.document, *partial, rules_.merge);
    return is_refused ? refusal : done_to(subject.title, "partially updated");
}

Response Service::replace(Subject subject, std::string const& body) const {
    auto parsed = object_in(body);
    if (!parsed) return failed_to("update", subject.word);
    auto const settings = parsed->find("settings");
    if (settings == parsed->end() || !settings->is_object())
        return failed_to("update", subject.word);
    subject.document = std::move(*settings);
    return done_to(subject.title, "updated");
}

Response Service::erase_keys(Subject subject, std::string const& body) const {
    auto const keys = keys_in(body);
    if (!keys) return failure(400, "Keys array is required and must not be empty");
    auto const absent = [&subject](std::string const& key) {
        Json trial = subject.document;
        return !delete_key(trial, key);
    };
    if (rules_.absent_key == AbsentKey::refuse && std::any_of(keys->begin(), keys->end(), absent))
        return failure(400, std::string{"Failed to delete "} + subject.word + " settings keys");
    for (auto const& key : *keys) delete_key(subject.document, key);
    return done_to(subject.title, "keys deleted");
}

}  // namespace settings::emulator
