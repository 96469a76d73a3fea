#include "emulator/answers.h"
#include "emulator/bodies.h"
#include "emulator/emulator.h"
#include "emulator/totp.h"

namespace settings::emulator {
namespace {

Response done() { return json_answer(200, {{"success", true}}); }

Response only(std::string const& allow) {
    Response response = failure(405, "only " + allow + " works here");
    response.headers.emplace_back("Allow", allow);
    return response;
}

int digit(char hex) {
    if (hex >= '0' && hex <= '9') return hex - '0';
    if (hex >= 'a' && hex <= 'f') return hex - 'a' + 10;
    if (hex >= 'A' && hex <= 'F') return hex - 'A' + 10;
    return -1;
}

/// Undoes %40 and the like; what is not an escape stays.
std::string percent_decoded(std::string_view text) {
    std::string plain;
    for (std::size_t at = 0; at < text.size(); ++at) {
        bool const escape = text[at] == '%' && at + 2 < text.size() && digit(text[at + 1]) >= 0 &&
                            digit(text[at + 2]) >= 0;
        plain +=
            escape ? static_cast<char>(digit(text[at + 1]) * 16 + digit(text[at + 2])) : text[at];
        if (escape) at += 2;
    }
    return plain;
}

/// The rest of `path` behind `folder`, decoded; nothing when the path is elsewhere.
std::optional<std::string> inside(std::string_view path, std::string_view folder) {
    if (!path.starts_with(folder) || path == folder) return std::nullopt;
    return percent_decoded(path.substr(folder.size()));
}

/// What an account's owner has set up, by a body of the admin endpoint; nothing when the key of the
/// codes is none.
std::optional<SecondFactor::Methods> methods_in(Json const& body) {
    SecondFactor::Methods methods;
    if (auto const key = string_in(body, "totp")) {
        methods.totp_key = key_in(*key);
        if (!methods.totp_key) return std::nullopt;
    }
    methods.magic_link = body.value("magicLink", Json{}) == true;
    methods.passkey = body.value("passkey", Json{}) == true;
    return methods;
}

Json devices_of(Accounts const& accounts, std::string const& email) {
    Json list = Json::array();
    for (auto const& device : accounts.devices(email))
        list.push_back({{"id", device.id},
                        {"deviceInfo", device.info},
                        {"lastSeen", device.last_seen.time_since_epoch().count()}});
    return list;
}

/// What its owner sees: on the authenticator, in the mail, in the service's lists.
Json account_seen(Accounts const& accounts, User const& user, Time now) {
    Json seen{
        {"mail", user.factor.mailed()},
        {"lockedForSeconds", user.factor.locked_for(now).value_or(std::chrono::seconds{0}).count()},
        {"devices", devices_of(accounts, user.email)},
        {"organization", user.organization},
        {"role", user.role},
        {"provider", user.provider}};
    if (auto const code = user.factor.code(now)) seen["code"] = *code;
    return seen;
}

/// The member "life" of a body that may be empty.
Result<std::chrono::seconds> life_in(std::string const& body, std::chrono::seconds usual) {
    constexpr std::int64_t longest = 10'000'000'000;
    if (body.empty()) return usual;
    auto const parsed = json_in(body);
    auto const wrong = Error::saying("the body must be {\"life\":SECONDS}");
    if (!parsed || !parsed->is_object() || !parsed->contains("life")) return wrong;
    Json const& life = (*parsed)["life"];
    if (!life.is_number_integer() || life > longest || life < -longest) return wrong;
    return std::chrono::seconds{life.get<std::int64_t>()};
}

}  // namespace

Response Emulator::administer(Request const& request, Time now) {
    std::string const path = path_of(request.target).substr(admin_prefix.size());
    if (path == "faults") return administer_faults(request);
    if (path == "requests") return administer_requests(request);
    if (path == "online") return administer_online(request);
    if (path == "documents")
        return request.method == "GET" ? json_answer(200, service_.documents()) : only("GET");
    if (auto const email = inside(path, "documents/")) return administer_document(request, *email);
    if (auto const email = inside(path, "tokens/")) return administer_tokens(request, *email, now);
    if (auto const email = inside(path, "accounts/"))
        return administer_account(request, *email, now);
    if (auto const name = inside(path, "organizations/"))
        return administer_organization(request, *name);
    return failure(404, "no such endpoint; emulator/README.md lists them");
}

Response Emulator::administer_faults(Request const& request) {
    if (request.method == "GET")
        return json_answer(200, {{"success", true},
                                 {"remaining", faults_.remaining()},
                                 {"refusedKeys", faults_.quirks().refused}});
    if (request.method != "PUT") return only("GET, PUT");
    auto script = parse_faults(request.body);
    if (!script) return failure(400, script.error().message());
    faults_ = Faults{std::move(*script)};
    return done();
}

Response Emulator::administer_requests(Request const& request) {
    if (request.method == "GET") return json_answer(200, log_.to_json());
    if (request.method != "DELETE") return only("GET, DELETE");
    log_.clear();
    return done();
}

Response Emulator::administer_online(Request const& request) {
    if (request.method == "GET") return json_answer(200, online_);
    if (request.method != "PUT") return only("GET, PUT");
    auto const wanted = json_in(request.body);
    if (!wanted || !wanted->is_boolean()) return failure(400, "the body must be true or false");
    online_ = wanted->get<bool>();
    return done();
}

Response Emulator::administer_document(Request const& request, std::string const& email) {
    if (request.method != "PUT") return only("PUT");
    if (service_.accounts().find(email) == nullptr) return failure(404, "no such user: " + email);
    auto document = json_in(request.body);
    if (!document) return failure(400, "the body must be JSON");
    service_.replace_document(email, std::move(*document));
    return done();
}

Response Emulator::administer_tokens(Request const& request, std::string const& email, Time now) {
    if (request.method != "POST") return only("POST");
    if (service_.accounts().find(email) == nullptr) return failure(404, "no such user: " + email);
    auto const life = life_in(request.body, service_.accounts().token_life());
    if (!life) return failure(400, life.error().message());
    return json_answer(
        200, {{"success", true}, {"accessToken", service_.accounts().mint(email, *life, now)}});
}

Response Emulator::administer_account(Request const& request, std::string const& email, Time now) {
    auto& accounts = service_.accounts();
    User* const user = accounts.find(email);
    if (user == nullptr) return failure(404, "no such user: " + email);
    if (request.method == "GET") return json_answer(200, account_seen(accounts, *user, now));
    if (request.method != "PUT") return only("GET, PUT");
    auto const body = object_in(request.body);
    auto methods = body ? methods_in(*body) : std::nullopt;
    if (!methods)
        return failure(400, "the body must be an object, and \"totp\" in it a key in base32");
    user->factor.set_up(*std::move(methods));
    user->organization = string_in(*body, "organization").value_or("");
    user->role = string_in(*body, "role").value_or("USER");
    user->provider = string_in(*body, "provider").value_or("LOCAL");
    return done();
}

Response Emulator::administer_organization(Request const& request, std::string const& name) {
    auto& accounts = service_.accounts();
    Json& document = service_.organization_document(name);
    if (request.method == "GET")
        return json_answer(200, {{"enforcesMfa", accounts.enforces(name)}, {"settings", document}});
    if (request.method != "PUT") return only("GET, PUT");
    auto const body = object_in(request.body);
    if (!body) return failure(400, "the body must be an object");
    if (body->contains("enforcesMfa")) accounts.enforce(name, body->at("enforcesMfa") == true);
    if (body->contains("settings")) document = body->at("settings");
    return done();
}

}  // namespace settings::emulator
