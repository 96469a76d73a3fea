#pragma once

#include <nlohmann/json.hpp>
#include <string>

#include "ipc/command.h"
#include "store/journal.h"

namespace settings::daemon {

// How the history is told, by GET /v1/journal and by the events of a watch. Pure.

/// Who made an edit, as the store keeps it.
[[nodiscard]] std::string app_text(ipc::Peer const& peer);

/// What changed.
[[nodiscard]] nlohmann::ordered_json changes_json(ChangeSet const& changes);

/// One entry with those of its changes.
[[nodiscard]] nlohmann::ordered_json entry_json(store::JournalEntry const& entry,
                                                ChangeSet const& changes);

}  // namespace settings::daemon
