#pragma once

#include "ipc/condition.h"
#include "model/result.h"
#include "model/revision.h"

namespace settings::daemon {

/// Why a condition that does not hold keeps a request from being carried out (412).
[[nodiscard]] Error unmet(ipc::Condition::Outcome outcome, Revision revision);

/// Whether a write may be made of the document at this revision. Errors: stale.
[[nodiscard]] Result<void> check(ipc::Condition const& condition, Revision revision);

}  // namespace settings::daemon
