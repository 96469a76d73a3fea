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
    auto const user = std::find_if(users_.begin(), users_.end(),
                                   [email](User const& each) { return each.email == email; });
    return user == users_.end() ? nullptr : &*user;
}

std::string Accounts::mint(std::string const& email, seconds life, Time now) {
    auto const issued_at = floor<seconds>(now);
    return sign_token({email, "t" + std::to_string(++minted_), issued_at, issued_at + life},
                      secret_);
}

Tokens Accounts::grant(std::string const& email, Time now) {
    Tokens tokens;
    tokens.access = mint(email, token_life_, now);
    // Unguessable and yet the same in every run with the same secret.
    tokens.refresh = hmac(secret_, "refresh " + std::to_string(minted_));
    tokens.id = "token-" + std::to_string(minted_);
    tokens.expires_at = floor<seconds>(now) + token_life_;
    refresh_tokens_[tokens.refresh] = email;
    return tokens;
}

std::optional<Tokens> Accounts::refresh(std::string const& token, Time now) {
    auto const held = refresh_tokens_.extract(token);
    if (held.empty()) return std::nullopt;
    return grant(held.mapped(), now);
}

Result<std::string> Accounts::authenticate(std::string_view authorization, Time now) const {
    constexpr std::string_view scheme = "Bearer ";
    if (!authorization.starts_with(scheme)) return Error::saying("No token provided");
    auto const claims = verify_token(authorization.substr(scheme.size()), secret_, now);
    if (!claims) return claims.error();
    return claims->subject;
}

}  // namespace settings::emulator
