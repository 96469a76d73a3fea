#pragma once

#include <string>

#include "daemon/service/status.h"

namespace settings::daemon {

/// The body of GET /metrics: the state of sync in the text format of Prometheus, 0.0.4
/// (prometheus.io/docs/instrumenting/exposition_formats). Names no setting and no value. Pure.
[[nodiscard]] std::string metrics(SyncState const& state);

}  // namespace settings::daemon
