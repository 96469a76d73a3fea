#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "model/exchange.h"
#include "sync/engine/fault.h"
#include "sync/engine/plan.h"
#include "sync/engine/token_state.h"

namespace settings::sync {

// What the engine asks for, one at a time. Each effect is answered by the event named beside it, or
// by Failed. What the store carries out also keeps Engine::memory(), in the same transaction.

/// Keep the engine's memory, durably, before anything else happens → Remembered.
struct Remember {
    Doubt doubt = Doubt::open;  ///< what is known of the marks in flight
};
/// Get another access token → Renewed.
struct Renew {};
/// GET the server's document → Fetched.
struct Fetch {};
/// Merge the server's document into ours, in one transaction, if it is the document of the owner
/// whom we know, or a person said what to do with another one's → Reconciled.
struct Reconcile {
    Look look;
};
/// Take pending keys and mark them in flight, durably → Frozen.
struct Freeze {
    Selection selection;
};
/// PUT these top-level keys → Accepted.
struct Put {
    Texts values = {};
    Owner owner = {};  ///< owner for whom this is meant; nothing is sent with another one's token
};
/// DELETE these dotted paths → Accepted.
struct Delete {
    std::vector<std::string> paths;
    Owner owner = {};  ///< owner for whom this is meant; nothing is sent with another one's token
};
/// Record that the server has what was sent → Settled.
struct Settle {
    Batch batch;
};
/// Set these keys aside until they are edited, or until a time → SetAside.
struct Reject {
    Batch batch;
    Refusal refusal;
    Time retry_at{};
    Doubt doubt = Doubt::answered;  ///< what is known of the request with these keys
};
using Effect = std::variant<Remember, Renew, Fetch, Reconcile, Freeze, Put, Delete, Settle, Reject>;

/// Effects that the store carries out.
using StoreEffect = std::variant<Remember, Reconcile, Freeze, Settle, Reject>;

/// Effects that are one request to the server (wire.h).
using WireEffect = std::variant<Fetch, Put, Delete>;

// What happened. Woke starts a round, the others answer an effect. Reconciled, Frozen and SetAside
// are the store's own words (model/exchange.h).

struct Woke {};
struct Remembered {};
struct Renewed {
    TokenState token;
};
struct Fetched {
    Texts remote;
    Owner owner = {};            ///< owner named by the token that the GET was sent with
    Unreadable unreadable = {};  ///< keys that `remote` leaves out
    /// The service's word that there is no such document, which is `remote` all the same: an update
    /// may create it.
    std::optional<Failure> missing = {};
};
struct Accepted {};
struct Settled {
    Backlog backlog;
};
struct Failed {
    Failure failure;
};
using Event = std::variant<Woke, Remembered, Renewed, Fetched, Reconciled, Frozen, Accepted,
                           Settled, SetAside, Failed>;

}  // namespace settings::sync
