#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "model/owner.h"

namespace settings::sync {

/// Dates beyond it are no dates: sums of their seconds could overflow.
inline constexpr std::chrono::seconds end_of_year_9999{253'402'300'799};

/// What a JSON Web Token (RFC 7519) says of its time, in seconds since 1970.
struct Validity {
    std::optional<std::chrono::seconds> issued_at;   ///< iat
    std::optional<std::chrono::seconds> expires_at;  ///< exp
};

/// Reads the claims of a token; both are empty when it is no JWT. The signature is the server's to
/// check: a forged time can only make us renew too early or too late.
[[nodiscard]] Validity validity_of(std::string_view token);

/// What a token says of whose it is: its claims `sub` and `userId`, where it has them. Empty when
/// it is no JWT.
[[nodiscard]] Owner::Names names_in(std::string_view token);

/// The member of that name, if it names an account: a text, or a whole number. Empty otherwise.
[[nodiscard]] std::string name_in(Json const& object, char const* member_name);

/// Whether it can stand in an Authorization header: visible ASCII, and 16 KiB at the most.
[[nodiscard]] bool is_token(std::string_view text);

}  // namespace settings::sync
