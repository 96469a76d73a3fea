#pragma once

#include <variant>

#include "sync/engine/rest.h"
#include "sync/engine/stage.h"

namespace settings::sync {

/// A wait for the answer to an effect.
struct Awaiting {
    Stage stage;
};

/// A wait for the person who paused the engine.
struct Paused {};

/// What the engine waits for, and the answer to "why is it not synced?". An engine that is stuck
/// with nothing scheduled cannot be expressed.
using Posture = std::variant<Awaiting, Resting, Paused>;

/// Whether the sync goes on only once a person has done something.
[[nodiscard]] bool needs_a_person(Posture const& posture);

}  // namespace settings::sync
