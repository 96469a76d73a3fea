#pragma once

#include <optional>
#include <string>
#include <vector>

#include "sync/engine/reply.h"

namespace settings::sync {

/// What an account wants to see after the password: one of these methods.
struct Challenge {
    std::vector<std::string> methods;  ///< as the service names them: GOOGLE_AUTH, …
    std::string primary;               ///< the one that its owner prefers; may be empty

    [[nodiscard]] bool has(std::string_view method) const;

    friend bool operator==(Challenge const&, Challenge const&) = default;
};

/// The names of the methods that can be shown from here.
inline constexpr std::string_view by_code = "GOOGLE_AUTH";
inline constexpr std::string_view by_link = "MAGIC_LINK";

/// Reads the answer to /mfa/status. Nothing when the token is a full one, and when the answer does
/// not say otherwise in a way that can be read: a service that knows no second factor asks for
/// none.
[[nodiscard]] std::optional<Challenge> challenge_in(Answer const& answer);

/// Whether the answer to /mfa/status says that there is no such call.
[[nodiscard]] bool has_no_second_factors(Answer const& answer);

/// What its owner has to do, in a sentence.
[[nodiscard]] std::string what_to_show(Challenge const& challenge);

}  // namespace settings::sync
