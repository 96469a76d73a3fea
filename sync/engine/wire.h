#pragma once

#include "sync/engine/effect.h"
#include "sync/engine/reply.h"

namespace settings::sync {

/// The request that carries the effect out.
[[nodiscard]] Request request_for(WireEffect const& effect);

/// What the answer to that request tells the engine: Fetched, Accepted or Failed.
[[nodiscard]] Event event_for(WireEffect const& effect, Answer const& answer);

}  // namespace settings::sync
