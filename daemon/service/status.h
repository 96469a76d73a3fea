#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "daemon/service/moment.h"
#include "model/json.h"
#include "model/revision.h"
#include "store/reader.h"
#include "sync/account/identity.h"
#include "sync/engine/explain.h"
#include "sync/engine/report.h"

namespace settings::daemon {

/// What the state of sync is told from; plain values, so that the telling is pure.
struct SyncState {
    sync::Explanation explanation;
    sync::Report report;
    Moment moment;
    Revision revision = 0;
    std::size_t pending = 0;                     ///< keys that the next round sends
    std::vector<std::string> pending_keys = {};  ///< the unsent() keys that have waited longest
    std::vector<store::Rejected> rejected;
    Unreadable unreadable = {};
    /// The unreadable keys that were edited here, which is not sent; what has waited longest first.
    std::vector<std::string> unreadable_edited = {};
    std::size_t conflicts = 0;
    std::uint64_t store_failures = 0;  ///< changes that could not be stored, since the start
    std::optional<store::Notices::Notice> notice = {};
    std::string server;
    std::optional<sync::Identity> identity = {};  ///< nothing without a token
    std::string store_directory = {};
    /// Who besides the owner may use the socket, by name, and who may only look.
    std::vector<std::string> allow = {}, allow_read = {};
    std::optional<std::chrono::seconds> clock_skew = {};  ///< how far the server's clock is ahead
};

/// The state in one word; what the server rejected counts, too.
[[nodiscard]] sync::State state_of(SyncState const& state);

/// Why the engine rests, for programs; null while it does not.
[[nodiscard]] nlohmann::ordered_json waits_for(SyncState const& state);

/// The state in one sentence: what is synced, or what it waits for.
[[nodiscard]] std::string summary(SyncState const& state);

/// How many keys the server does not have yet, and has not refused: those that the next round
/// sends, and those of which nothing is sent before another value stands there.
[[nodiscard]] std::size_t unsent(SyncState const& state);

/// The body of GET /v1/status, its members in the order in which a person wants to read them.
[[nodiscard]] nlohmann::ordered_json status(SyncState const& state);

/// The keys that the server refused, for a person.
[[nodiscard]] nlohmann::ordered_json rejected_list(SyncState const& state);

/// The keys whose values at the server cannot be read here, for a person.
[[nodiscard]] nlohmann::ordered_json unreadable_list(SyncState const& state);

/// The document that waits for a verdict, for a person; null when there is none.
[[nodiscard]] nlohmann::ordered_json review(SyncState const& state);

/// What tells that document from another one; empty when there is none.
[[nodiscard]] std::string review_tag(SyncState const& state);

}  // namespace settings::daemon
