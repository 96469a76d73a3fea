#include "sync/engine/wire.h"

#include <utility>

namespace settings::sync {
namespace {

/// The account's document at the service, without the configured prefix.
constexpr char const* settings_target = "/settings/user";

struct ToRequest {
    Request operator()(Fetch const&) const { return {"GET", settings_target, ""}; }
    Request operator()(Put const& put) const { return {"PUT", settings_target, put.values.text()}; }
    Request operator()(Delete const& removal) const {
        return {"DELETE", settings_target, settings::to_text(Json{{"keys", removal.paths}})};
    }
};

/// For whom an effect is; null for a look, which anybody may have.
struct MeantFor {
    Owner const* operator()(Fetch const&) const { return nullptr; }
    Owner const* operator()(auto const& write) const { return &write.owner; }
};

Event fetched(Answer const& answer) {
    if (knows_no_user(answer)) return Fetched{{}, {}, {}, failure_of(answer)};
    auto document = read_document(answer);
    if (auto* failure = std::get_if<Failure>(&document)) return Failed{std::move(*failure)};
    auto& read = std::get<Document>(document);
    return Fetched{std::move(read.settings), {}, std::move(read.unreadable)};
}

Event accepted(Answer const& answer) {
    if (auto refused = read_acceptance(answer)) return Failed{*std::move(refused)};
    return Accepted{};
}

}  // namespace

Request request_for(WireEffect const& effect) { return std::visit(ToRequest{}, effect); }

std::optional<Failure> refuse_stranger(WireEffect const& effect, Owner const& of_token) {
    auto const* owner = std::visit(MeantFor{}, effect);
    if (owner == nullptr || !contradicts(*owner, of_token)) return std::nullopt;
    return Failure{Fault::stranger,
                   "another account's token came while the changes of this one were on their way; "
                   "nothing was sent with it"};
}

Event event_for(WireEffect const& effect, Answer const& answer) {
    return std::holds_alternative<Fetch>(effect) ? fetched(answer) : accepted(answer);
}

}  // namespace settings::sync
