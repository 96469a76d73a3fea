#pragma once

#include <chrono>

#include "daemon/service/status.h"

namespace settings::daemon {

/// Puts the sync into a posture, which is told from what `state.report` says by then.
inline void move_to(SyncState& state, sync::Posture const& posture) {
    state.explanation = sync::explain(posture, state.report);
}

/// One hour after boot, at a moment that is easy to recognise.
inline SyncState at_noon() {
    using namespace std::chrono_literals;
    SyncState state;
    state.moment = {1h, 1'700'000'000'000};  // 2023-11-14T22:13:20Z
    state.server = "https://example.org";
    move_to(state, sync::Resting{1h + 25min, sync::Rest::idle});
    return state;
}

}  // namespace settings::daemon
