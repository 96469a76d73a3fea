#include "emulator/accounts.h"

#include <algorithm>
#include <utility>

#include "emulator/jwt.h"

namespace settings::emulator {

using std::chrono::floor;
using std::chrono::seconds;

Accounts::Accounts(std::vector<User> users, std::string secret, seconds token_life)
    : users_{std::move(users)}, secret_{std::move(secret)}, token_life_{token_life} {}

User const* Accounts::find(std::string_view email) const {
    for (auto const& user : users_)
        if (user.email == email) return &user;
    return nullptr;
}

User* Accounts::find(std::string_view email) {
    for (auto& user : users_)
        if (user.email == email) return &user;
    return nullptr;
}

bool Accounts::enforces(std::string const& organization) const {
    auto const found = enforced_.find(organization);
    return found != enforced_.end() && found->second;
}

bool Accounts::needs_factor(User const& user) const {
    return !user.factor.methods().empty() || enforces(user.organization);
}

bool Accounts::is_restricted(Bearer const& bearer) const {
    auto const* user = find(bearer.email);
    return user != nullptr && needs_factor(*user) && !bearer.is_verified;
}

Bearer Accounts::begin(std::string const& email, Json device_info, Time now) {
    auto& devices = devices_[email];
    devices.push_back({"device-" + std::to_string(++minted_), std::move(device_info), now});
    return {email, devices.back().id};
}

std::vector<Device> Accounts::devices(std::string const& email) const {
    auto const found = devices_.find(email);
    return found == devices_.end() ? std::vector<Device>{} : found->second;
}

std::string Accounts::mint(std::string const& email, seconds life, Time now) {
    return mint(Bearer{email}, life, now);
}

std::string Accounts::mint(Bearer const& bearer, seconds life, Time now) {
    auto const issued_at = floor<seconds>(now);
    return sign_token({bearer.email, "t" + std::to_string(++minted_), issued_at, issued_at + life,
                       bearer.device, bearer.is_verified},
                      secret_);
}

Tokens Accounts::grant(std::string const& email, Time now) { return grant(Bearer{email}, now); }

Tokens Accounts::grant(Bearer bearer, Time now) {
    Tokens tokens;
    tokens.access = mint(bearer, token_life_, now);
    tokens.refresh = secret_text("refresh");
    tokens.id = "token-" + std::to_string(minted_);
    tokens.expires_at = floor<seconds>(now) + token_life_;
    for (auto& device : devices_[bearer.email])
        if (device.id == bearer.device) device.last_seen = now;
    refresh_tokens_[tokens.refresh] = std::move(bearer);
    return tokens;
}

std::optional<Tokens> Accounts::refresh(std::string const& token, Time now) {
    auto held = refresh_tokens_.extract(token);
    if (held.empty()) return std::nullopt;
    return grant(std::move(held.mapped()), now);
}

User const* Accounts::holder(std::string const& refresh_token) const {
    auto const held = refresh_tokens_.find(refresh_token);
    return held == refresh_tokens_.end() ? nullptr : find(held->second.email);
}

void Accounts::forget(std::string const& refresh_token) {
    auto const held = refresh_tokens_.extract(refresh_token);
    if (held.empty()) return;
    std::erase_if(devices_[held.mapped().email],
                  [&](Device const& device) { return device.id == held.mapped().device; });
}

std::string Accounts::secret_text(std::string_view purpose) {
    return hmac(secret_, std::string{purpose} + ' ' + std::to_string(++minted_));
}

Result<Bearer> Accounts::authenticate(std::string_view authorization, Time now) const {
    constexpr std::string_view scheme = "Bearer ";
    if (!authorization.starts_with(scheme)) return Error::saying("No token provided");
    auto const claims = verify_token(authorization.substr(scheme.size()), secret_, now);
    if (!claims) return claims.error();
    return Bearer{claims->subject, claims->device, claims->is_verified};
}

}  // namespace settings::emulator
