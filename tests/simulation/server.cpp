#include "tests/simulation/server.h"

#include <algorithm>
#include <array>

#include "emulator/document.h"

namespace settings::simulation {
namespace {

using namespace std::chrono_literals;

sync::Answer answer(unsigned status, std::string body) {
    return {status, "application/json", "", "", "", std::move(body)};
}

sync::Answer failure(unsigned status, char const* message) {
    return answer(status, R"({"success":false,"message":")" + std::string{message} + "\"}");
}

sync::Answer accepted(char const* message) {
    return answer(200, R"({"success":true,"message":")" + std::string{message} + "\"}");
}

/// It has keys that the devices have as well.
constexpr char const* guests_document =
    R"({"success":true,"settings":{"f0":"guest","n0":{"a":"guest"},"guest":"guest"}})";

/// A member that comes first in the document.
std::string oddity(bool is_alone) {
    return std::string{R"("bio":"\ud83d")"} + (is_alone ? "" : ",");
}

/// Names of a path are joined by slashes.
void erase_at(Json& document, std::string const& path) {
    auto const slash = path.find('/');
    auto const member = document.find(path.substr(0, slash));
    if (member == document.end()) return;
    if (slash == std::string::npos)
        document.erase(member);
    else if (member->is_object())
        erase_at(*member, path.substr(slash + 1));
}

void drop_empty(Json& object) {
    for (auto member = object.begin(); member != object.end();) {
        if (member->is_object()) drop_empty(*member);
        bool const is_empty = member->is_null() || (member->is_object() && member->empty());
        member = is_empty ? object.erase(member) : std::next(member);
    }
}

std::string patience(Dice& dice) {
    return std::to_string(std::array{1, 20, 90, 600, 3'600, 7'200}[dice.below(6)]);
}

/// An answer that is not the service's, of all the sorts that there are.
sync::Answer word_of_a_gateway(Dice& dice) {
    constexpr std::array statuses{403U, 404U, 405U, 410U, 503U};
    constexpr std::array bodies{"<h1>Not here</h1>",   "",
                                "404 page not found",  R"({"message":"no route"})",
                                R"({"success":true})", "[]"};
    sync::Answer answer{dice.one_of(statuses), "text/html", "", "", "", dice.one_of(bodies)};
    if (dice.chance(0.05)) answer.retry_after = "86400";
    return answer;
}

}  // namespace

sync::Answer Server::handle(Call const& call, Time now) {
    if (auto sick = ailing(call, now)) return std::move(*sick);
    if (call.target == refresh_target) return refresh(call, now);
    if (!knows(call.token, now)) return failure(401, "Invalid or expired token");
    if (login_of(call.token) == Login::guest) return answer(200, guests_document);
    return perform(call, now);
}

std::optional<sync::Answer> Server::ailing(Call const& call, Time now) {
    bool const is_write = call.method == "PUT" || call.method == "DELETE";
    switch (ill_) {
        case Ill::none: return std::nullopt;
        case Ill::errors:
            if (dice_.chance(0.1)) return std::nullopt;
            if (is_write && dice_.chance(0.2)) (void)perform(call, now);
            return answer(500,
                          R"({"success":false,"message":"Internal server error","error":"Database )"
                          R"(connection failed"})");
        case Ill::unavailable:
        case Ill::hasty: {
            if (ill_ == Ill::hasty && dice_.chance(0.3)) return std::nullopt;
            auto later = failure(ill_ == Ill::hasty ? 429 : 503, "Try again later");
            if (dice_.chance(0.7)) later.retry_after = patience(dice_);
            return later;
        }
        case Ill::refuses:
            if (call.method != "PUT") return std::nullopt;
            return failure(400, "Failed to partially update user settings");
        case Ill::forbids: return failure(403, "Forbidden");
        case Ill::misses: return failure(404, "Not found");
        case Ill::gateway: return word_of_a_gateway(dice_);
        case Ill::unauthorized: return failure(401, "Unauthorized");
        case Ill::empty:
            if (call.method != "GET") return std::nullopt;
            return answer(200, R"({"success":true,"settings":{}})");
    }
    return std::nullopt;
}

sync::Answer Server::perform(Call const& call, Time now) {
    if (call.method == "GET") return read(now);
    if (call.method == "PUT") return put(call.body, now);
    return erase_keys(call.body, now);
}

sync::Answer Server::read(Time now) {
    auto const& [document, version, has_oddity] = shown(now);
    bool const is_usual = version == version_ && !has_oddity;
    if (is_usual && !rendered_.empty()) return answer(200, rendered_);
    auto text = Json{{"success", true}, {"settings", document}}.dump();
    // Half a character, as JavaScript may write it.
    if (has_oddity) text.insert(text.find("\"settings\":{") + 12, oddity(document.empty()));
    if (is_usual) rendered_ = text;
    return answer(200, std::move(text));
}

sync::Answer Server::put(std::string const& body, Time now) {
    auto const partial = Json::parse(body);
    if (rules_.body_limit > 0 && body.size() > rules_.body_limit)
        return failure(413, "Payload too large");
    auto const is_refused = [&](auto const& member) {
        return refuses(member.key(), member.value());
    };
    auto const members = partial.items();
    if (std::any_of(members.begin(), members.end(), is_refused)) return refuse(partial, now);
    put(partial, now);
    return accepted("User settings partially updated successfully");
}

sync::Answer Server::refuse(Json const& partial, Time now) {
    Json rest = Json::object();
    for (auto const& member : partial.items())
        if (!refuses(member.key(), member.value())) rest[member.key()] = member.value();
    if (rules_.stores_the_rest && !rest.empty()) put(rest, now);
    return failure(rules_.refusal, "Failed to partially update user settings");
}

void Server::put(Json const& partial, Time now) {
    keep_past(now);
    emulator::merge(document_, partial,
                    rules_.merges_deep ? emulator::Merge::deep : emulator::Merge::shallow);
    drop_what_is_not_kept(document_);
    changed();
}

sync::Answer Server::erase_keys(std::string const& body, Time now) {
    auto const parsed = Json::parse(body);
    auto const keys = parsed.find("keys");
    if (keys == parsed.end() || !keys->is_array() || keys->empty())
        return failure(400, "Keys array is required and must not be empty");
    auto const is_absent = [&](Json const& key) {
        Json trial = document_;
        return !emulator::delete_key(trial, key.get_ref<std::string const&>());
    };
    if (rules_.refuses_absent_keys && std::any_of(keys->begin(), keys->end(), is_absent))
        return failure(400, "Failed to delete user settings keys");
    for (auto const& key : *keys) erase(key.get<std::string>(), now);
    return accepted("User settings keys deleted successfully");
}

void Server::erase(std::string const& dotted, Time now) {
    keep_past(now);
    emulator::delete_key(document_, dotted);
    drop_what_is_not_kept(document_);
    changed();
}

void Server::drop_what_is_not_kept(Json& document) const {
    if (!rules_.unknown.empty()) erase_at(document, rules_.unknown);
    if (rules_.drops_empty) drop_empty(document);
}

bool Server::keeps(std::string const& key, std::optional<Json> const& value) const {
    Json document = Json::object();
    if (value) document[key] = *value;
    auto const kept = document;
    drop_what_is_not_kept(document);
    return document == kept;
}

void Server::keep_everything() {
    rules_.unknown.clear();
    rules_.drops_empty = false;
}

void Server::hold_oddity(bool is_there) {
    has_oddity_ = is_there;
    rendered_.clear();
}

void Server::keep_past(Time now) {
    if (rules_.lag == Time{0}) return;
    past_.push_back({now, version_, document_});
}

Server::Shown Server::shown(Time now) {
    while (!past_.empty() && past_.front().until <= now - rules_.lag) past_.pop_front();
    if (past_.empty()) return {document_, version_, has_oddity_};
    return {past_.front().document, past_.front().version, has_oddity_};
}

void Server::changed() {
    ++version_;
    rendered_.clear();
}

bool Server::refuses(std::string const& key, std::optional<Json> const& value) const {
    if (!value) return false;
    return poison_.contains(key) || value->dump().find("poison") != std::string::npos;
}

bool Server::is_too_large(Json const& body) const {
    return rules_.body_limit > 0 && body.dump().size() > rules_.body_limit;
}

// Tokens ----------------------------------------------------------------------------------------

Grant Server::log_in(bool renewable, Time now, Login login) {
    auto const number = (login == Login::guest ? "guest-" : "") + std::to_string(++tokens_);
    Grant grant{"SECRET-access-" + number, renewable ? "SECRET-refresh-" + number : "",
                now + (renewable ? Time{1h} : Time{24h * 365})};
    access_[grant.access] = grant.expires;
    if (renewable) refresh_[grant.refresh] = false;
    return grant;
}

Login Server::login_of(std::string const& token) {
    return token.find("guest") == std::string::npos ? Login::home : Login::guest;
}

void Server::revoke(std::string const& access, std::string const& refresh) {
    access_.erase(access);
    refresh_.erase(refresh);
}

bool Server::knows(std::string const& access, Time now) const {
    auto const known = access_.find(access);
    return known != access_.end() && now < known->second;
}

bool Server::knows_refresh(std::string const& token) const {
    auto const known = refresh_.find(token);
    return known != refresh_.end() && !(known->second && rules_.rotates_strictly);
}

sync::Answer Server::refresh(Call const& call, Time now) {
    auto const token = Json::parse(call.body).value("refreshToken", "");
    if (!knows_refresh(token)) return failure(401, "Invalid refresh token");
    refresh_[token] = true;
    std::erase_if(access_, [now](auto const& known) { return known.second <= now; });
    auto const grant = log_in(true, now, login_of(token));
    Json const body{{"success", true},
                    {"accessToken", grant.access},
                    {"refreshToken", grant.refresh},
                    {"expiresAt", grant.expires.count()}};
    return answer(200, body.dump());
}

char const* name_of(Server::Ill ill) {
    switch (ill) {
        case Server::Ill::none: return "well";
        case Server::Ill::errors: return "answers 500";
        case Server::Ill::unavailable: return "answers 503";
        case Server::Ill::hasty: return "answers 429";
        case Server::Ill::refuses: return "answers 400 to every PUT";
        case Server::Ill::forbids: return "answers 403";
        case Server::Ill::misses: return "answers 404";
        case Server::Ill::gateway: return "is hidden by a gateway";
        case Server::Ill::unauthorized: return "answers 401";
        case Server::Ill::empty: return "answers an empty document";
    }
    return "?";
}

}  // namespace settings::simulation
