#pragma once

#include <optional>
#include <string>

#include "sync/engine/posture.h"
#include "sync/engine/report.h"

namespace settings::sync {

/// How sync is, in one word.
enum class State {
    idle,     ///< all is synced
    waiting,  ///< goes on by itself, at a time
    syncing,  ///< an effect is being carried out
    offline,  ///< no route leads to the server
    held,     ///< waits for a person
    paused,   ///< by a person
};

/// The enumerator as a word, for programs and logs.
[[nodiscard]] char const* name_of(State state);

/// Why nothing is being sent, told from the engine's posture and nothing else.
struct Explanation {
    State state;
    std::string cause;              ///< what it waits for, without a time
    char const* remedy;             ///< what would end the wait, besides time; empty for nothing
    std::optional<Time> until;      ///< when it ends by itself
    std::optional<Rest> rest = {};  ///< why the engine rests; nothing while it does not
};

[[nodiscard]] Explanation explain(Posture const& posture, Report const& report);

}  // namespace settings::sync
