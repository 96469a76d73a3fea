#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include "settings/value.h"

namespace settings::client {

/// What to undo: one revision, one with its burst, or everything from a time on.
struct UndoOrder {
    std::optional<Revision> revision = {};
    bool burst = false;  ///< and the same app's changes that follow one another within seconds
    std::optional<Time> since = {};  ///< in place of a revision; whoever made the changes
    bool force = false;              ///< also values that were changed again since
    std::chrono::seconds wait = {};  ///< as in WriteOptions
};

/// What an undo did.
struct Undone {
    Revision revision = 0;     ///< revision that has the undo on this machine's disk
    std::uint64_t undone = 0;  ///< how many revisions were
    bool synced = false;       ///< with a wait: the server has accepted it
    std::string reason;        ///< with a wait, when not synced: what stands in the way
};

}  // namespace settings::client
