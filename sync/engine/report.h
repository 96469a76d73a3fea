#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "model/exchange.h"
#include "sync/engine/fault.h"

namespace settings::sync {

/// What the engine has seen of the server, and how its last rounds ended.
struct Report {
    std::optional<Time> last_success;  ///< end of the last round that left nothing behind
    std::optional<Time> last_failure_at;
    Failure last_failure;   ///< meaningful with last_failure_at; kept after a success
    unsigned failures = 0;  ///< rounds in a row that failed
    bool is_online = true;
    bool is_breaker_open = false;         ///< the server failed too often in a row
    bool refuses_everything = false;      ///< the server takes no key, as far as is known
    std::optional<MassChange> in_review;  ///< a document of the server waits for a verdict
    std::optional<Encounter> encounter;   ///< a document that is not ours yet waits for a person
    std::string token_missing;            ///< why there is no token; empty when there is one
    /// Status of the answer with which the last write failed; 0 when no answer came. Nothing where
    /// it did not fail, is under way, or was made by another process.
    std::optional<unsigned> failed_write;
    std::size_t lagging = 0;  ///< accepted keys that the last look did not show; a look soon tells

    // For whoever waits for a look that is not older than the wish for it.
    std::uint64_t rounds_begun = 0;
    std::uint64_t last_clean_round = 0;  ///< number of the last round that left nothing behind
};

}  // namespace settings::sync
