#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "model/json.h"
#include "model/revision.h"
#include "store/reader.h"
#include "sync/engine.h"

namespace settings::daemon {

/// What the state of sync is told from; plain values, so that the telling is pure.
struct SyncState {
    sync::Posture posture;
    sync::Engine::Report report;
    sync::Time now{};           ///< on CLOCK_BOOTTIME, as the times in posture and report
    std::int64_t unix_now = 0;  ///< the same moment for people, in milliseconds
    Revision revision = 0;
    std::size_t pending = 0;
    std::vector<store::Rejected> rejected;
    std::string server;
};

/// The state in one sentence: what is synced, or what it waits for.
[[nodiscard]] std::string summary(SyncState const& state);

/// The body of GET /v1/status, its members in the order in which a person wants to read them.
[[nodiscard]] nlohmann::ordered_json status(SyncState const& state);

}  // namespace settings::daemon
