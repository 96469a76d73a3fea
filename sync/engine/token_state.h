#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "model/time.h"

namespace settings::sync {

/// What the engine knows of the access token; never the token itself.
struct TokenState {
    std::uint64_t generation = 0;  ///< another token, another number; 0 when there is none
    bool renewable = false;        ///< by a refresh token or a command, without a person
    std::optional<Time> renew_at;  ///< ahead of the expiry; nothing when that is not known
    std::string missing;           ///< why there is no token, in a sentence for a person
};

}  // namespace settings::sync
