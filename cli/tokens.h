#pragma once

#include <istream>
#include <string>

namespace settings::cli {

/// What `login --tokens` reads.
struct Tokens {
    std::string access;
    std::string refresh;   ///< empty when there is none
    std::string provider;  ///< by whom the login was; empty when it is not told
};

/// Reads {"accessToken":"…","refreshToken":"…","provider":"…"} to the end, the last two if need be,
/// or an access token alone, bare or as a JSON text; of the whole answer to a login, what it needs.
/// access_token and refresh_token are taken as well. Throws UsageError, for any other name too; it
/// quotes no value.
[[nodiscard]] Tokens tokens_from(std::istream& input);

}  // namespace settings::cli
