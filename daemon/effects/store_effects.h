#pragma once

#include <string>

#include "store/ledger.h"
#include "sync/engine/effect.h"

namespace settings::daemon {

/// Carries out what the sync engine asks of the store, and returns what came of it as the engine's
/// event. Keeps `memory`, the text of Engine::memory(), in the same transaction: a step that is on
/// disk is never without the patience that goes with it.
///
/// Inside a transaction that the caller holds; `now` is the daemon's clock. Throws SqliteError.
[[nodiscard]] sync::Event carry_out(store::Ledger& ledger, sync::StoreEffect const& effect,
                                    std::string const& memory, Time now);

}  // namespace settings::daemon
