#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "ipc/command.h"
#include "store/journal.h"

namespace settings::daemon {

// How the history is told, by GET /v1/journal and by the events of a watch. Pure.

/// Who made an edit, as the store keeps it.
[[nodiscard]] std::string app_text(ipc::Peer const& peer);

// As texts of JSON, for a tree of a large entry would take ten times as long.

/// What changed.
[[nodiscard]] std::string changes_text(ChangeSet const& changes);

/// One entry with those of its changes.
[[nodiscard]] std::string entry_text(store::JournalEntry const& entry, ChangeSet const& changes);

}  // namespace settings::daemon
