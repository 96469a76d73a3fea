#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/limits.h"
#include "sync/engine/effect.h"
#include "sync/engine/plan.h"
#include "sync/engine/posture.h"
#include "sync/engine/removals.h"
#include "sync/engine/schedule.h"
#include "sync/engine/search.h"

namespace settings::sync {

/// Decides what to sync; when is for its Schedule. Pure: no clock, socket, disk or thread; all
/// time is an argument.
///
/// A round: Remember → (Renew) → Fetch → Reconcile → (Freeze → Put and Delete → Settle)* → rest.
/// One effect at a time. What it spends of its budget is remembered before a round's first
/// request, and a batch is marked in flight durably before its first byte, so a crash makes it
/// neither hasty nor forgetful. A batch whose answer was lost stays marked: the next round's Fetch
/// tells what became of it. There is no resend path.
///
/// A removal that the server accepted is looked at again before it is believed. A refused batch is
/// tried once more, and then searched for the key that is guilty of it.
class Engine {
  public:
    using Options = sync::Options;

    Engine(Options options, std::uint32_t seed, Memory const& memory, TokenState token, Time now);

    /// Feeds one event: Woke when a rest is over, or the answer to the last effect. Returns what
    /// to do next; nothing when the engine rests or is paused.
    [[nodiscard]] std::optional<Effect> handle(Event event, Time now);

    // Hints only move the time of the next round. Extra ones do no harm.

    void edited(Time now);  ///< the local document changed and differs from the mirror
    void token_changed(TokenState token, Time now);
    void network_changed(bool is_up, Time now);  ///< whether a route leads to the server
    void woke_up(Time now);                      ///< the machine, from its sleep
    void sync_now(Time now);  ///< a person asks; skips debounce and backoff, but not the wait that
                              ///< the server asked for, nor the budget
    void decide(Verdict verdict, Time now);  ///< on what is held for review
    void pause();
    void resume(Time now);
    void configure(Options options);  ///< takes effect with the next decision

    [[nodiscard]] Posture const& posture() const { return posture_; }

    /// What must outlive the process, as of now.
    [[nodiscard]] Memory memory() const;

    struct Report {
        std::optional<Time> last_success;  ///< end of the last round that left nothing behind
        std::optional<Time> last_failure_at;
        Failure last_failure;   ///< meaningful with last_failure_at; kept after a success
        unsigned failures = 0;  ///< in a row
        bool is_online = true;
        bool is_breaker_open = false;         ///< the server failed too often in a row
        bool refuses_everything = false;      ///< the server does, as far as is known
        std::optional<MassChange> in_review;  ///< waits for decide()
        std::string token_missing;            ///< why there is none; empty when there is one

        // To wait for a look that is not older than the wish for it.
        std::uint64_t rounds_begun = 0;
        std::uint64_t last_clean_round = 0;  ///< counted as above; left nothing behind
    };
    [[nodiscard]] Report report() const;

  private:
    using Next = std::optional<Effect>;

    Next on(Woke, Time now);
    Next on(Remembered, Time now);
    Next on(Renewed renewed, Time now);
    Next on(Fetched fetched, Time now);
    Next on(Reconciled reconciled, Time now);
    Next on(Frozen frozen, Time now);
    Next on(Accepted, Time now);
    Next on(Settled settled, Time now);
    Next on(SetAside, Time now);
    Next on(Failed const& failed, Time now);

    Next begin_round(Time now);
    Next request(Effect effect, Time now);
    Next renew(Time now);
    Next freeze(Time now);
    Next send(Time now);
    Next finish(Backlog const& backlog, Time now);

    Next on_unauthorized(Failure const& failure, Time now);
    Next on_failed_renewal(Failure const& failure, Time now);
    Next on_refusal(Failure const& failure, Time now);
    Next on_too_large(Failure const& failure, Time now);
    Next back_off(Failure const& failure, Time now);
    Next stop(Failure const& failure, Rest why, Time now);
    Next give_up(Failure const& failure, Resting resting, Time now);

    Next await(Effect effect);
    Next rest(Resting resting);
    Next reject(Batch batch, Refusal refusal, Time now);
    Next reject_hopeless(Time now);
    Next look_at_removals(Refusal const& answer, Time now);
    Next look_anew(Time now);
    void hasten(Time now);
    [[nodiscard]] Resting* rest_to_move();
    [[nodiscard]] Resting unless_asked(Resting resting, Time now);
    [[nodiscard]] bool has_token() const { return token_.generation != 0 || token_.renewable; }
    [[nodiscard]] bool is_removing() const;
    [[nodiscard]] bool must_renew(Time now) const;

    Options options_;
    Schedule schedule_;
    TokenState token_;
    Posture posture_;
    bool paused_;
    bool asked_ = false;     ///< a person did, for a look that has not been made yet
    bool hastened_ = false;  ///< the network came back, or the machine woke, during the round
    Verdict verdict_ = Verdict::none;
    std::size_t in_hand_ = 0;  ///< the document that is being merged, as a hash
    std::size_t held_ = 0;     ///< the one that the verdict is on

    /// What is true of one round only.
    struct Round {
        bool paid = false;                  ///< for its next request
        bool is_renewing = false;           ///< waits for Renewed
        bool has_renewed = false;           ///< or tried to
        bool was_unauthorized = false;      ///< its token was refused
        std::optional<Failure> no_renewal;  ///< why there could be none just now
        bool got_token = false;             ///< another came while it went
        bool is_asking = false;             ///< waits for the answer to an update of nothing
        /// The round has sent a removal and fetched again to see what became of it; the round
        /// sends none a second time.
        bool looked_after_removal = false;
        bool part_arrived = false;  ///< of the batch: one of its requests was accepted
    };
    Round round_;
    std::optional<Resting> rest_after_;  ///< once it is remembered

    Batch batch_;               ///< frozen and not yet settled
    bool is_retry_ = false;     ///< of one key that had been set aside
    std::size_t pending_ = 0;   ///< keys when it was frozen
    Plan plan_;                 ///< what of it is still to be sent
    bool more_ = false;         ///< another batch follows this one
    bool has_removed_ = false;  ///< the batch had removals, so only a look proves it

    // What the server does not take.
    unsigned refusals_ = 0;  ///< since the last clean round
    Refusal words_;          ///< of the last one
    Search search_{limits::batch_keys};
    Removals removals_;

    Report report_;
};

}  // namespace settings::sync
