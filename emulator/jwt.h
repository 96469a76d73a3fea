#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "emulator/http.h"
#include "emulator/result.h"

namespace settings::emulator {

/// What an access token says.
struct Claims {
    std::string subject;  ///< the user's email
    std::string id;       ///< makes two tokens of the same second differ
    std::chrono::sys_seconds issued_at;
    std::chrono::sys_seconds expires_at;
    std::string device = {};   ///< the id of the login's; may be empty
    bool is_verified = false;  ///< the second factor was shown
};

/// A JSON Web Token signed with HS256 (RFC 7519).
[[nodiscard]] std::string sign_token(Claims const& claims, std::string_view secret);

/// The claims of a token that sign_token() made with this secret and that has not expired.
/// Any other algorithm is refused, "none" among them.
[[nodiscard]] Result<Claims> verify_token(std::string_view token, std::string_view secret,
                                          Time now);

/// HMAC-SHA-256 as base64url without padding.
[[nodiscard]] std::string hmac(std::string_view key, std::string_view text);

/// `bytes` random bytes, for a signing secret. Throws std::runtime_error when there are none.
[[nodiscard]] std::string random_bytes(std::size_t bytes);

}  // namespace settings::emulator
