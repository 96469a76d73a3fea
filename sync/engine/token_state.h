#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "model/time.h"

namespace settings::sync {

/// What the engine knows of the access token; never the token itself.
struct TokenState {
    std::uint64_t generation = 0;  ///< another token, another number; 0 when there is none
    bool renewable = false;        ///< without a person: by a refresh token or a command
    std::optional<Time> renew_at;  ///< ahead of its expiry; nothing when that is not known
    std::string missing;           ///< why there is none, in a sentence for a person
};

}  // namespace settings::sync
