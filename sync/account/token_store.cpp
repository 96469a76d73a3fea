#include "sync/account/token_store.h"

#include <utility>

#include "model/json.h"
#include "sync/account/jwt.h"

namespace settings::sync {
namespace {

using std::chrono::seconds;

constexpr std::size_t bytes_limit = 64 * 1024;

std::string text(Json const& object, char const* name) {
    auto const* found = member(&object, name);
    return found != nullptr && found->is_string() ? found->get<std::string>() : std::string{};
}

std::optional<seconds> time(Json const& object, char const* name) {
    auto const* found = member(&object, name);
    if (found == nullptr || !found->is_number_integer()) return std::nullopt;
    seconds const value{found->get<std::int64_t>()};
    if (value < seconds{0} || value > end_of_year_9999) return std::nullopt;
    return value;
}

void add_if_any(Json& object, char const* name, std::string const& text) {
    if (!text.empty()) object[name] = text;
}

void add(Json& object, LoginNote const& note) {
    add_if_any(object, "email", note.email);
    add_if_any(object, "organization", note.organization);
    add_if_any(object, "role", note.role);
    add_if_any(object, "secondFactor", note.factor);
    if (note.since) object["since"] = note.since->count();
    if (note.provider != Provider::local) object["provider"] = name_of(note.provider);
}

LoginNote note_in(Json const& object) {
    LoginNote note;
    note.email = text(object, "email");
    note.organization = text(object, "organization");
    note.role = text(object, "role");
    note.factor = text(object, "secondFactor");
    note.since = time(object, "since");
    note.provider = provider_named(text(object, "provider")).value_or(Provider::local);
    return note;
}

Json to_json(TokenPair const& pair) {
    Json object{{"accessToken", pair.access}, {"refreshToken", pair.refresh}};
    add(object, pair.note);
    if (!pair.login.empty()) object["login"] = pair.login;
    if (pair.expires_at) object["expiresAt"] = pair.expires_at->count();
    if (pair.lifetime) object["lifetimeSeconds"] = pair.lifetime->count();
    return object;
}

}  // namespace

TokenStore::TokenStore(std::filesystem::path path)
    : file_{"credentials file", std::move(path), bytes_limit} {}

Result<TokenPair> TokenStore::load() const {
    auto const content = read_secret(file_);
    if (!content) return content.error();
    auto const object = parse_json(*content, {.depth = 8});
    Error const damaged{Errc::bad_request, "the credentials file " + file_.path.string() +
                                               " is damaged; log in again: settingsctl login"};
    if (!object) return damaged;
    TokenPair pair{text(*object, "accessToken"), text(*object, "refreshToken")};
    if (!is_token(pair.access) || (!pair.refresh.empty() && !is_token(pair.refresh)))
        return damaged;
    pair.login = text(*object, "login");
    pair.note = note_in(*object);
    pair.expires_at = time(*object, "expiresAt");
    pair.lifetime = time(*object, "lifetimeSeconds");
    return pair;
}

Result<void> TokenStore::save(TokenPair const& pair) const {
    return replace_secret(file_, to_text(to_json(pair)) + '\n');
}

Result<void> TokenStore::remove() const { return remove_secret(file_); }

}  // namespace settings::sync
