#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/conflict.h"
#include "model/encounter.h"
#include "model/json.h"
#include "model/owner.h"
#include "model/texts.h"
#include "model/time.h"

namespace settings {
inline namespace model {

// What the store and the sync engine hand to each other. Neither sees the other; whoever performs
// the engine's effects stands between them.

/// Keys of the server's document whose values cannot be read here, and why. What they are is not
/// known, so they are left alone, here and there.
using Unreadable = std::map<std::string, std::string>;

/// A top-level key whose local value is not yet the server's; nothing means absent.
struct Pending {
    std::string key;
    std::optional<Json> local;   ///< what apps see, and what is sent
    std::optional<Json> mirror;  ///< what the server is known to hold
    unsigned refusals = 0;       ///< how often this very value was set aside before
    std::string unclear = {};    ///< a path to delete that the server could take for another one
    /// The key without which it could not: one of the two is in there.
    std::string in_the_way = {};
};

/// The dotted paths of what the server holds and the local value lacks.
[[nodiscard]] std::vector<std::string> removed_paths(Pending const& pending);

/// What one round brings to the server.
using Batch = std::vector<Pending>;

/// Which of the pending keys to take, oldest edit first.
struct Selection {
    std::size_t max_keys = 0;
    std::size_t skip = 0;
};

/// What is left to do with the server, as of one moment.
struct Backlog {
    std::size_t pending = 0;         ///< keys to bring there; those set aside are not counted
    std::optional<Time> next_retry;  ///< when the first of those set aside is to be tried again
    std::optional<Time> look_at;     ///< when to look again at what became of something sent
};

/// What others did to a document of the server, leaf by leaf. One that lost too much is not taken
/// on trust; what was changed is in the history, and can be brought back from there.
struct MassChange {
    std::size_t known = 0;     ///< leaves that the server was known to hold
    std::size_t changed = 0;   ///< known leaves that have another value now
    std::size_t removed = 0;   ///< known leaves that are gone or emptied now, and still here
    std::size_t document = 0;  ///< hash of which are gone or emptied, to tell documents apart

    /// A leaf that is gone or has another value, and what it is here.
    struct Difference {
        Path path;
        std::optional<Json> ours;         ///< left out when it is too long to be shown
        std::optional<Json> theirs = {};  ///< the same, and where it is gone
        bool is_gone = true;

        bool operator==(Difference const&) const = default;
    };
    std::vector<Difference> examples = {};  ///< the first few of them
    std::size_t lost = 0;                   ///< known leaves that are gone or emptied now
    std::vector<std::string> keys = {};     ///< all keys that others touched
};

/// What a person says to a MassChange.
enum class Verdict {
    none,    ///< nothing yet: hold it
    apply,   ///< the document is right: take it over
    refuse,  ///< the document is wrong: put ours back
};

/// A verdict, and what it is on. Also without a verdict it tells what is held and known by now.
struct Judgement {
    Judgement(Verdict given = Verdict::none, std::optional<std::size_t> document = std::nullopt)
        : verdict{given}, on{document} {}

    Verdict verdict;
    std::optional<std::size_t> on;  ///< MassChange::document; nothing means whichever comes

    /// Whether this decides about the change.
    [[nodiscard]] bool decides(MassChange const& change) const {
        return verdict != Verdict::none && on.value_or(change.document) == change.document;
    }
};

/// How long ago the state may be that a look at the server shows, where nobody says otherwise.
inline constexpr Time usual_lag = std::chrono::minutes{2};

/// What a look at the server found, and what to make of it.
struct Look {
    Texts remote;      ///< the server's document
    Owner owner = {};  ///< whose document it is
    Winner winner = Winner::local;
    Judgement judgement = {};             ///< a person's word on a document that was held
    std::optional<Meeting> meeting = {};  ///< a person's word on a document that is not ours yet
    Exceptions exceptions = {};           ///< from `meeting`
    std::size_t shown = 0;                ///< leaves of the document that `meeting` was said to
    Unreadable unreadable = {};           ///< keys that `remote` leaves out
    bool is_missing = false;              ///< there is no document, and `remote` is empty
    Time lag = usual_lag;                 ///< how old the state may be that it shows
};

/// Why a value is set aside: mostly that the server refuses it, in its own words.
struct Refusal {
    unsigned status = 0;
    std::string message;
};

/// Whether the server has said no. It may also accept a value without keeping it, or not answer,
/// and some removals it is not asked for.
[[nodiscard]] bool is_by_server(Refusal const& refusal);

// What became of a step of a round in the store.

/// The server's document was merged into ours, or is held.
struct Reconciled {
    std::size_t applied = 0;                  ///< leaves of ours that the server's document changed
    std::vector<Conflict> conflicts = {};     ///< new ones; the store keeps each for people
    std::optional<MassChange> held = {};      ///< too much is gone: what others did waits
    std::optional<Encounter> encounter = {};  ///< not ours, as far as we know: nothing was written
    Owner owner = {};  ///< whose our document is from now on, with all that is known of them
    Unreadable unreadable = {};  ///< what was not so at the last look
    Batch not_kept = {};         ///< accepted twice, and not at the server; ours stays
    bool is_missing = false;     ///< and there was one before: nothing was learned from the look
    std::size_t lagging = 0;     ///< keys that the look shows as before what the server accepted
};

/// Pending keys were marked as in flight.
struct Frozen {
    Batch batch;
    bool retry = false;     ///< the batch is one key that was set aside and is tried again, alone
    Backlog backlog;        ///< keys of the batch count as pending until they are settled
    std::size_t bytes = 0;  ///< that the values of the batch take at the server
    Batch without_room =
        {};  ///< in place of a batch: they would fill the account past what is read
};

/// Keys were set aside because the server refused them.
struct SetAside {
    std::size_t keys = 0;  ///< without those that were edited meanwhile, or are pending no more
};

}  // namespace model
}  // namespace settings
