#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "model/exchange.h"
#include "sync/engine/rest.h"

namespace settings::sync {

// Where a round is while the engine awaits an answer: one type for each question, with what is true
// while the question is open and not before or after. Beside each type: the effect that asks.

/// A batch that is marked in flight, and for which the server has to answer.
struct Flight {
    Batch batch;
    std::size_t pending = 0;  ///< keys that were pending when the batch was taken, its own included
    bool is_retry = false;    ///< the batch is one key that had been set aside

    [[nodiscard]] bool has_more() const { return is_retry || pending > batch.size(); }

    /// Times that its removals were tried with it. A key that was set aside had its first before.
    [[nodiscard]] unsigned attempts() const { return is_retry ? 2 : 1; }

    /// Takes the keys of which nothing is to be removed: a PUT alone brings them to the server.
    [[nodiscard]] Batch take_values();
};

/// Remember.
struct Noting {
    std::optional<Resting> then;  ///< the rest that follows; without one the next look follows
};
/// Renew.
struct Renewing {
    bool nothing_arrived = false;  ///< a batch is marked, and the server refused all of it
};
/// Fetch.
struct Looking {};
/// Reconcile.
struct Merging {};
/// Freeze.
struct Taking {};
/// Put.
struct Putting {
    Flight flight;
};
/// Delete.
struct Removing {
    Flight flight;
    bool has_arrived = false;               ///< something of the batch was accepted before
    std::vector<std::string> paths = {};    ///< paths that this request removes
    std::vector<std::string> further = {};  ///< paths that requests after this one remove
};
/// Put of an empty object, after the whole batch was refused: does the server take anything?
struct Probing {};
/// Settle.
struct Settling {
    bool has_more = false;               ///< another batch follows
    std::optional<Flight> removed = {};  ///< keys of the batch from which a Delete removes next
};
/// Reject.
struct SettingAside {};

using Stage = std::variant<Noting, Renewing, Looking, Merging, Taking, Putting, Removing, Probing,
                           Settling, SettingAside>;

/// What is awaited, for a person: "the server's document".
[[nodiscard]] char const* name_of(Stage const& stage);

}  // namespace settings::sync
