#pragma once

#include "ipc/condition.h"
#include "model/result.h"
#include "model/tag.h"

namespace settings::daemon {

/// Why a condition that does not hold keeps a request from being carried out (412).
[[nodiscard]] Error unmet(ipc::Condition::Outcome outcome, Tag tag);

/// Whether a write may be made of the document in this state. Errors: stale.
[[nodiscard]] Result<void> check(ipc::Condition const& condition, Tag tag);

}  // namespace settings::daemon
