#include "emulator/answers.h"
#include "emulator/emulator.h"

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

}  // namespace settings::emulator
