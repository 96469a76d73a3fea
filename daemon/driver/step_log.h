#pragma once

#include "sync/engine/effect.h"

namespace settings::daemon {

/// Logs what a step of the sync changed here, for the person who reads the journal.
void log_step(sync::StoreEffect const& effect, sync::Event const& event);

}  // namespace settings::daemon
