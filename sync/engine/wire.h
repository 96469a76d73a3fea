#pragma once

#include "sync/engine/effect.h"
#include "sync/engine/reply.h"

namespace settings::sync {

/// The request that carries the effect out.
[[nodiscard]] Request request_for(WireEffect const& effect);

/// Why the effect must not be carried out with a token of this owner; nothing when it may. Another
/// token may have come since the engine decided for whom the effect is.
[[nodiscard]] std::optional<Failure> refuse_stranger(WireEffect const& effect,
                                                     Owner const& of_token);

/// What the answer to that request tells the engine: Fetched, Accepted or Failed.
[[nodiscard]] Event event_for(WireEffect const& effect, Answer const& answer);

}  // namespace settings::sync
