#pragma once

#include <optional>
#include <string>

#include "sync/engine/engine.h"

namespace settings::sync {

/// Why nothing is being sent, told from the engine's posture and nothing else.
struct Explanation {
    char const* state;          ///< one word: idle, waiting, syncing, offline, held or paused
    std::string cause;          ///< what it waits for, without a time
    char const* remedy;         ///< what would end the wait, besides time; empty for nothing
    std::optional<Time> until;  ///< when it ends by itself
};

[[nodiscard]] Explanation explain(Posture const& posture, Engine::Report const& report);

}  // namespace settings::sync
