#pragma once

#include <chrono>
#include <optional>
#include <string>

#include "settings/value.h"

namespace settings::client {

/// All settings as they were at one moment.
struct Snapshot {
    Json settings;  ///< an object
    Revision revision = 0;
};

/// How a write is to be done.
struct WriteOptions {
    /// Changes nothing unless that is still the revision.
    std::optional<Revision> only_if = {};

    /// Waits so long for the server to have accepted the edit, too. It is durable on this machine
    /// either way, and the wait hurries nothing.
    std::chrono::seconds wait = {};
};

/// What became of a write that waited for the server.
struct Receipt {
    Revision revision = 0;  ///< that has it on this machine's disk
    bool synced = false;    ///< the server has accepted it
    std::string reason;     ///< when not synced: what stands in the way
};

/// What became of a request to sync now.
struct SyncOutcome {
    bool synced = false;  ///< the server has accepted every edit
    Revision revision = 0;
    std::string reason;  ///< when not synced: what stands in the way
};

}  // namespace settings::client
