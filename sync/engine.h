#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "model/batch.h"
#include "model/limits.h"
#include "sync/backoff.h"
#include "sync/plan.h"
#include "sync/reply.h"

namespace settings::sync {

// What the engine asks for, one at a time. Each is answered by the event named beside it, or by
// Failed.

/// GET the server's document → Fetched.
struct Fetch {};
/// Merge it into ours, in one transaction → Reconciled.
struct Reconcile {
    Json remote;
};
/// Take so many pending keys at the most and mark them in flight, durably → Frozen.
struct Freeze {
    std::size_t max_keys = 0;
};
/// PUT these top-level keys → Accepted.
struct Put {
    Json body;
};
/// DELETE these dotted paths → Accepted.
struct Delete {
    std::vector<std::string> paths;
};
/// Record that the server has what was sent → Settled.
struct Settle {
    Batch batch;
};
/// Set these keys aside until they are edited → Rejected.
struct Reject {
    Batch batch;
    Refusal refusal;
};
using Effect = std::variant<Fetch, Reconcile, Freeze, Put, Delete, Settle, Reject>;

// What happened. Woke starts a round, the others answer an effect.

struct Woke {};
struct Fetched {
    Json remote;
};
struct Reconciled {};
struct Frozen {
    Batch batch;
    bool more = false;  ///< further keys wait for a batch of their own
};
struct Accepted {};
struct Settled {};
struct Rejected {};
struct Failed {
    Failure failure;
};
using Event = std::variant<Woke, Fetched, Reconciled, Frozen, Accepted, Settled, Rejected, Failed>;

/// Why the engine rests until a time.
enum class Rest {
    due,       ///< nothing: a round begins at once
    idle,      ///< all is synced; the time is that of the next look for remote changes
    debounce,  ///< an edit waits for its neighbours
    backoff,   ///< the last attempt failed
    stopped,   ///< the server says that there is nothing for us; looked at again daily
};

// The engine is in exactly one of three postures. "Stuck with nothing scheduled" cannot be
// expressed, and the posture is the answer to "why is it not synced?".

/// Waits for the answer to an effect.
struct Awaiting {
    char const* what;
};
/// Waits for a time.
struct Resting {
    Time until;
    Rest why;
};
/// Waits for a person or a credential.
struct Held {
    std::string what;
};
using Posture = std::variant<Awaiting, Resting, Held>;

/// Decides what to sync and when. Pure: no clock, socket, disk or thread; all time is an argument.
///
/// A round: Fetch → Reconcile → (Freeze → Put and Delete → Settle)* → rest. One effect at a time.
/// A batch is marked in flight durably before its first byte is sent, and one whose answer was
/// lost stays marked: the next round's Fetch tells what became of it. There is no resend path.
///
/// A removal that the server accepted is looked at again before it is believed, and a refusal is
/// looked at again before it is: a batch that fails twice is set aside, with the server's words.
class Engine {
  public:
    struct Options {
        Time debounce = std::chrono::seconds{2};       ///< of silence after the last edit
        Time debounce_cap = std::chrono::seconds{10};  ///< from the first edit
        Time look_every = std::chrono::minutes{30};    ///< for remote changes; ± a sixth at random
        Backoff::Options backoff;
    };

    /// Rests until `now`: a start looks at the server at once.
    Engine(Options options, std::uint32_t seed, Time now);

    /// Feeds one event: Woke when a rest is over, or the answer to the last effect. Returns what
    /// to do next; nothing when the engine rests or is held.
    [[nodiscard]] std::optional<Effect> handle(Event event, Time now);

    // Hints only move the time of the next round. Extra ones do no harm.

    void edited(Time now);               ///< the local document changed and differs from the mirror
    void credentials_changed(Time now);  ///< a token that may be another one
    void sync_now(Time now);             ///< a person asks; skips debounce and backoff, but not
                                         ///< the wait that the server asked for
    void configure(Options options);     ///< takes effect with the next decision

    [[nodiscard]] Posture const& posture() const { return posture_; }

    struct Report {
        std::optional<Time> last_success;  ///< end of the last round that left nothing behind
        std::optional<Time> last_failure_at;
        Failure last_failure;   ///< meaningful with last_failure_at; kept after a success
        unsigned failures = 0;  ///< in a row

        // To wait for a look that is not older than the wish for it.
        std::uint64_t rounds_begun = 0;
        std::uint64_t last_clean_round = 0;  ///< counted as above; left nothing behind
    };
    [[nodiscard]] Report report() const;

  private:
    using Next = std::optional<Effect>;

    Next on(Woke, Time now);
    Next on(Fetched fetched, Time now);
    Next on(Reconciled, Time now);
    Next on(Frozen frozen, Time now);
    Next on(Accepted, Time now);
    Next on(Settled, Time now);
    Next on(Rejected, Time now);
    Next on(Failed failed, Time now);

    Next await(Effect effect);
    Next rest(Time until, Rest why);
    Next send();
    Next finish(Time now);
    Next on_refusal(Failure const& failure, Time now);
    Next on_too_large(Failure const& failure, Time now);
    Next freeze();
    Next back_off(Time now);
    void strike(Refusal refusal);
    [[nodiscard]] Time as_soon_as_allowed(Time now) const;
    [[nodiscard]] Batch still_stuck(Batch const& batch) const;
    [[nodiscard]] Time debounced(Time now) const;

    Options options_;
    Backoff backoff_;
    Posture posture_;

    // The round.
    Batch batch_;                   ///< frozen and not yet settled
    Plan plan_;                     ///< what of it is still to be sent
    bool has_removed_ = false;      ///< the batch had removals, so only a look proves it
    bool more_ = false;             ///< another batch follows this one
    bool new_credentials_ = false;  ///< since the round began: its 401 may be of the old ones

    // What the server did not take, and how often.
    Batch suspects_;
    Refusal words_;
    unsigned strikes_ = 0;
    bool struck_in_this_round_ = false;
    std::size_t max_keys_ = limits::batch_keys;  ///< halved when the server finds a batch too large

    // Edits since the last Freeze.
    std::optional<Time> first_edit_;
    Time last_edit_{};
    bool asked_ = false;  ///< a person did, while a request was under way

    Time not_before_{};  ///< the server asked for this much patience
    Report report_;
};

}  // namespace settings::sync
