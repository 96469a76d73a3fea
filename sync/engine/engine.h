#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "model/limits.h"
#include "sync/engine/acquaintance.h"
#include "sync/engine/blame.h"
#include "sync/engine/effect.h"
#include "sync/engine/plan.h"
#include "sync/engine/posture.h"
#include "sync/engine/removals.h"
#include "sync/engine/report.h"
#include "sync/engine/review.h"
#include "sync/engine/schedule.h"
#include "sync/engine/search.h"
#include "sync/engine/token_round.h"

namespace settings::sync {

/// Decides what to sync; the Schedule decides when. Pure: no clock, socket, disk or thread; all
/// time is an argument.
///
/// A round: Remember → (Renew) → Fetch → Reconcile → (Freeze → Put → Settle)* → rest.
/// Removals follow their batch's values, and a look follows them: … → Settle → Delete → Fetch → ….
/// One effect at a time. What the engine spends of its budget is remembered before a round's first
/// request, and a batch is marked in flight durably before its first byte: a crash makes the engine
/// neither hasty nor forgetful. A batch whose answer was lost stays marked: the next round's Fetch
/// tells what became of it. There is no resend path.
///
/// A removal that the server accepted is looked at again before it is believed. A refused batch is
/// tried once more, and then searched for the key that is guilty; one that fails otherwise while
/// the looks succeed is searched too, at the pace of the backoff.
class Engine {
  public:
    Engine(Options options, std::uint32_t seed, Memory const& memory, TokenState token, Time now);

    /// Feeds one event: Woke when a rest is over, or the answer to the last effect. Returns what
    /// to do next; nothing when the engine rests or is paused.
    [[nodiscard]] std::optional<Effect> handle(Event event, Time now);

    // Hints only move the time of the next round. Extra hints do no harm.

    /// The local document changed at these keys and differs from the mirror. Another value of a key
    /// that may have made a write fail is tried at once.
    void edited(Time now, std::vector<std::string> const& keys = {});
    void token_changed(TokenState token, Time now);
    void network_changed(bool is_up, Time now);  ///< up: a route leads to the server
    void woke_up(Time now);                      ///< the machine woke from its sleep
    void sync_now(Time now);  ///< a person asks; skips debounce and backoff, never the budget. The
                              ///< wait that the server asked for ends at the second wish, or with
                              ///< another token, for one round
    void decide(Verdict verdict, Time now);  ///< a person's word on what is held for review
    /// A person decided about single keys of what is held, which the store has carried out; `rest`
    /// is still held.
    void decided(std::optional<MassChange> rest, Time now);
    /// A person's word on a document that is not ours yet.
    void decide(Meeting meeting, Exceptions exceptions, Time now);

    /// A person logged in, as `owner` as far as that is known, and said what to do if that one's
    /// document is not ours yet; nothing when the person did not say. Whoever logs in wants a sync.
    void logged_in(Owner owner, std::optional<Meeting> meeting, Time now);
    void pause();
    void resume(Time now);
    void configure(Options options);  ///< takes effect with the next decision

    [[nodiscard]] Posture const& posture() const { return posture_; }

    /// What must outlive the process, as of now: kept with each effect that the store carries out.
    [[nodiscard]] Memory memory() const;

    [[nodiscard]] Report report() const;

  private:
    using Next = std::optional<Effect>;

    /// What somebody outside wants of the next round.
    enum class Wish {
        none,
        hasten,  ///< the network came back, or the machine woke, during the round
        ask,     ///< a person asked for a sync, and no round has begun since
    };

    /// What is true of one round only.
    struct Round {
        /// The next request's token is already spent: before Remember and Freeze, whose
        /// transactions note what is spent.
        bool is_paid = true;
        /// The round has sent a removal and fetched again to see what became of it; it sends none
        /// a second time.
        bool looked_after_removal = false;
        std::size_t unseen_bytes = 0;  ///< that it has sent since its last look
        TokenRound token;
        Owner owner = {};  ///< whose document was merged: only for them anything is sent
        /// The look found no document where one was known to be. What is pending goes all the same,
        /// and the round has failed.
        std::optional<Failure> missing = {};
    };

    // Transitions, in transitions.cpp: from each stage, by each event that can answer its effect.
    Next wake(Time now);
    Next step(Event event, Time now);
    Next on(Noting const& asked, Remembered, Time now);
    Next on(Renewing asked, Renewed answer, Time now);
    Next on(Looking, Fetched answer, Time now);
    Next on(Merging, Reconciled const& answer, Time now);
    Next on(Taking, Frozen answer, Time now);
    Next on(Putting asked, Accepted, Time now);
    Next on(Removing asked, Accepted, Time now);
    Next on(Probing, Accepted, Time now);
    Next on(Settling asked, Settled const& answer, Time now);
    Next on(SettingAside, SetAside, Time now);
    Next on(Noting const& asked, Failed const& answer, Time now);
    Next on(Renewing asked, Failed const& answer, Time now);
    Next on(Putting asked, Failed const& answer, Time now);
    Next on(Removing asked, Failed const& answer, Time now);
    Next on(Probing, Failed const& answer, Time now);
    Next on(Looking, Failed const& answer, Time now);
    Next on(auto const& asked, Failed const& answer, Time now);  ///< at one of the store's stages
    Next on(auto const& asked, auto const& answer, Time now);    ///< any other pair: a bug

    Next look(Time now);
    Next send(Flight flight, Time now);
    Next remove(Flight flight, Time now);
    Next remove_further(Removing asked, Time now);
    Next remove_fewer(Removing asked, Time now);
    Next freeze(Time now);
    Next finish(Backlog const& backlog, Time now);
    [[nodiscard]] Judgement judgement() const;

    Next believe_removals(Batch const& batch, Time now);
    Next look_anew(bool nothing_arrived, Time now);
    Next renew(Renewing stage, Time now);
    Next failed(Setback const& setback, Time now);
    Next follow(TokenRound::Step step, Setback const& setback, Time now);
    Next back_off(Setback const& setback, Time now);
    Next stop(Setback const& setback, Rest why, Time now);
    Next give_up(Setback const& setback, Resting resting, Time now);

    Next suspect(Flight flight, Setback const& setback, Time now);
    Next accuse(Flight flight, Setback const& setback, Time now);
    [[nodiscard]] bool is_the_batchs(Failure const& failure, Time now) const;
    Next blame(Flight flight, Setback const& setback, Time now);
    Next halve(Flight flight, Setback const& setback, Time now);
    Next reject(Batch batch, Refusal refusal, Time now, Doubt doubt = Doubt::answered);
    [[nodiscard]] std::optional<std::pair<Pending, Refusal>> first_hopeless(
        Batch const& batch) const;

    Next write(Stage stage, Effect effect, Time now);
    Next request(Stage stage, Effect effect, Time now);
    Next await(Stage stage, Effect effect);
    Next rest(Resting resting);
    [[nodiscard]] Resting unless_asked(Resting resting, Time now) const;

    void hasten(Time now);
    [[nodiscard]] Resting* rest_to_move();
    [[nodiscard]] Selection selection() const;
    [[nodiscard]] bool has_token() const { return token_.generation != 0 || token_.renewable; }

    Options options_;
    Schedule schedule_;
    TokenState token_;
    Posture posture_;
    bool is_paused_;  ///< a person paused the sync; a round that is under way ends first
    Wish wish_ = Wish::none;
    Round round_;
    Review review_;
    Acquaintance acquaintance_;

    // What the server does not take.
    unsigned refusals_ = 0;  ///< batches that were refused since the last clean round
    Refusal last_refusal_;   ///< the answer to the last batch that was refused
    Search search_{limits::batch_keys};
    Blame blame_;
    Removals removals_;
    std::size_t most_removals_ = any_number;  ///< paths that one Delete removes

    Report report_;
};

}  // namespace settings::sync
