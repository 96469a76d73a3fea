#include "client/answers.h"

#include <utility>

#include "client/fields.h"
#include "model/tag.h"

namespace settings::client {
namespace {

Errc code_of(unsigned status) {
    switch (status) {
        case 401: return Errc::incomplete;
        case 404: return Errc::not_found;
        case 409: return Errc::conflict;
        case 412: return Errc::stale;
        case 503: return Errc::busy;
        case 500:
        case 507: return Errc::storage;
        default: return Errc::refused;
    }
}

/// Discarded when it is no JSON.
Json json_of(Reply const& reply) {
    return Json::parse(reply.body, nullptr, /*allow_exceptions=*/false);
}

std::optional<SecondFactor> factor_in(Json const& mfa) {
    if (!mfa.is_object()) return std::nullopt;
    SecondFactor factor;
    for (auto const& method : field(mfa, "methods"))
        if (method.is_string()) factor.methods.push_back(method.get<std::string>());
    factor.primary = text_field(mfa, "primary");
    auto const locked = number_field<std::uint32_t>(mfa, "lockedForSeconds");
    factor.locked_for = std::chrono::seconds{locked.value_or(0)};
    return factor;
}

}  // namespace

Error refusal(Reply const& reply) {
    auto const body = json_of(reply);
    auto message = text_field(body, "message");
    if (message.empty())
        message = "the daemon answered " + std::to_string(reply.status) +
                  " without a reason; see: systemctl --user status settingsd";
    bool const is_open = field(body, "outcome") == "unknown";
    Error error{is_open ? Errc::unknown : code_of(reply.status), std::move(message), reply.status};
    if (auto factor = factor_in(field(body, "mfa"))) error.set_second_factor(*std::move(factor));
    return error;
}

bool is_of_daemon(Reply const& reply) { return field(json_of(reply), "success").is_boolean(); }

Error not_understood(std::string const& what) {
    return {Errc::protocol,
            "the daemon's answer " + what + "; are it and this program of one version?"};
}

Result<Json> body_of(Reply const& reply) {
    if (reply.status < 200 || reply.status > 299) return refusal(reply);
    Json body = json_of(reply);
    if (field(body, "success") != true) return not_understood("is not a success");
    return body;
}

Result<Json> member_of(Reply const& reply, char const* name) {
    auto body = body_of(reply);
    if (!body) return body;
    auto const member = body->find(name);
    if (member == body->end()) return not_understood("has no \"" + std::string{name} + '"');
    return std::move(*member);
}

Tag tag_of(Reply const& reply) {
    auto const& etag = reply.etag;
    bool const is_strong = etag.size() > 2 && etag.front() == '"' && etag.back() == '"';
    return is_strong ? etag.substr(1, etag.size() - 2) : Tag{};
}

Tag document_tag_of(Reply const& reply) {
    auto tag = tag_of(reply);
    return cursor_in(tag) ? tag : text_field(json_of(reply), "tag");
}

Error nothing_at(std::string_view path) {
    return {Errc::not_found, "no setting has the path \"" + std::string{path} + '"'};
}

Result<Revision> revision_of(Reply reply) {
    auto const body = body_of(reply);
    if (!body) return body.error();
    auto const revision = number_field<Revision>(*body, "revision");
    if (!revision) return not_understood("has no revision");
    return *revision;
}

Result<void> done(Reply reply) {
    auto const body = body_of(reply);
    if (!body) return body.error();
    return {};
}

}  // namespace settings::client
