#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "model/exchange.h"
#include "model/result.h"
#include "store/agreement.h"
#include "store/conflicts.h"
#include "store/document.h"
#include "store/held.h"
#include "store/sent.h"
#include "store/stale.h"
#include "store/unmet_keys.h"
#include "store/unreadable_keys.h"

namespace settings::store {

/// Why a decision on a document does not count (Errc::stale).
inline constexpr char const* another_is_held =
    "another document is held by now than the one that was shown; look at it, and decide anew";

/// The steps of a round in the store: what the server has, what was sent to it, and what it
/// refused. Works like Ledger: inside a transaction that the caller holds, one thread; throws
/// SqliteError.
///
/// `now` is the daemon's clock (model/time.h) throughout: the wall clock may be years wrong.
class Mirror {
  public:
    Mirror(Connection& connection, Document& document, Conflicts& conflicts);

    /// Merges the server's document into ours (base = mirror, ours = local, theirs = remote; see
    /// agree_on()) and makes it the mirror. What the remote changes is never pending. Requests
    /// whose answer did not come in until now count as lost.
    ///
    /// With a store that was put back (see identity.h), the server's values win whatever the look's
    /// `winner` says: ours may be older than what the server had from us already.
    ///
    /// The document may be as it was the look's `lag` ago. What the server accepted since is not
    /// missed; what it accepted before and does not show is sent once more, and handed back as not
    /// kept when that was in vain: then it is pending until it is rejected().
    ///
    /// A document that is missing says nothing about one that was there, which may be back with the
    /// next look: nothing is taken over, and what is pending can go. What is gone when a document
    /// is there again is held, however little it is.
    ///
    /// The keys whose values are `unreadable` are left alone: nothing of them is taken over or sent
    /// until a document has them in a form that can be read.
    ///
    /// A document that lost much (see mass_change.h) is held: of what others did nothing is written
    /// until there is a verdict, and the keys that they touched are neither pending nor due to be
    /// tried again; all others go on. A document that is refused becomes the mirror and ours stays
    /// as it is, so that all differences go to the server.
    [[nodiscard]] Reconciled reconcile(Look const& look, Time now);

    /// The next document is another's than the mirror was. These keys of it cannot be read: once
    /// they can, theirs wins.
    void meet(std::set<std::string> const& unmet) { unmet_.replace(unmet); }

    /// Decides about single keys of the document that is held, by the values that the last look
    /// showed: what is applied is merged into ours as a look does it, and theirs wins over edits
    /// that are pending; what is refused becomes the mirror and ours stays as it is, to be sent.
    /// The other keys stay held, however few they are, while any of them would be removed; after
    /// that the next look takes over what is left.
    ///
    /// Errors: conflict when nothing is held, stale when it is another document than the word is
    /// on; not_found and bad_request as key_named() has them.
    [[nodiscard]] Result<Reconciled> decide(std::vector<std::string> const& names,
                                            Judgement const& word, Time now);

    /// Takes pending keys, at most `max_bytes` of them but at least one, and marks them as in
    /// flight. When nothing is pending, takes one key that was set aside and whose time has come.
    /// The batch is empty when there is no such key either.
    ///
    /// Takes no key that would let the server's document outgrow document_bytes, or hold more than
    /// limits::remote_values, so that whoever shares the account can read it. When there are only
    /// such keys, hands them back: they are pending until they are rejected().
    ///
    /// To freeze again in a round means that the server has answered to the batches before, and
    /// what was not settled counts as answered().
    [[nodiscard]] Frozen freeze(Selection selection, std::size_t max_bytes, Time now);

    /// The server accepted the batch: the mirror becomes what was sent, so that an edit made
    /// meanwhile stays pending.
    [[nodiscard]] Backlog settle(Batch const& batch, Time now);

    /// The server refused the batch. Each key that is still dirty with the value that was sent is
    /// set aside, until it is edited or `retry_at` comes.
    [[nodiscard]] SetAside reject(Batch const& batch, Refusal const& refusal, Time retry_at);

    // What became of the requests whose marks still stand.

    /// The server said no to them. It may have stored a part all the same: the marks stay until the
    /// next look, which has the last word.
    void answered();
    /// Nothing was sent of them.
    void drop_marks();
    /// No answer came to the batch.
    void lost(Batch const& batch, Time now);

    [[nodiscard]] Backlog backlog();

  private:
    struct Agreed;

    /// How the last look was merged.
    struct Terms {
        Winner winner = Winner::local;
        Time lag = usual_lag;
        std::set<std::string> ours = {};      ///< keys whose winner is the local one all the same
        std::set<std::string> theirs = {};    ///< keys whose winner is the remote one all the same
        std::set<std::string> given_up = {};  ///< keys whose unsent value is certainly older
    };

    [[nodiscard]] Reconciled miss(Time now);
    [[nodiscard]] std::vector<Agreed> agreements(Look const& look, Time now, MassChange& change);
    [[nodiscard]] std::optional<Agreement> agreement_on(std::string const& key,
                                                        std::optional<Json> theirs, Time now);
    [[nodiscard]] std::vector<Agreed> agreements_as_applied(MassChange const& change,
                                                            Look const& look, Time now);
    [[nodiscard]] Winner winner_at(std::string const& key) const;
    [[nodiscard]] std::optional<MassChange> much_of(MassChange change);
    [[nodiscard]] std::size_t leaves_at_the_server();
    void hold(std::vector<Agreed>& agreed, MassChange const& change);
    [[nodiscard]] Reconciled take_over(std::vector<Agreed>& agreed);
    void settle_down(std::vector<Agreed> const& agreed, Time now, Time lag);
    void settle_down(Agreed const& agreed, Time now);
    [[nodiscard]] std::optional<MassChange> rest_of_held(Time now);
    [[nodiscard]] Batch not_kept(std::vector<Agreed> const& agreed);
    [[nodiscard]] Frozen pending_keys(Selection selection, std::size_t max_bytes);
    [[nodiscard]] Frozen due_for_retry(Time now);
    [[nodiscard]] std::int64_t account_bytes();
    [[nodiscard]] std::int64_t account_values();
    void mark_unclear(Batch& batch);

    Document& document_;
    Conflicts& conflicts_;
    Sent sent_;
    UnreadableKeys unreadable_;
    UnmetKeys unmet_;
    Held held_;
    Stale stale_;
    Terms terms_;
    std::optional<Time> look_again_;  ///< the last look was in doubt; a new process looks anyway
    std::optional<std::int64_t> account_bytes_;  ///< of the mirror; counted anew after each look

    Statement would_be_lost_;
    Statement mirrors_;
    Statement measure_mirror_;
    Statement pending_;
    Statement count_pending_;
    Statement due_;
    Statement reject_;
    Statement next_retry_;
    Statement refusals_;
    Statement free_settled_;
};

}  // namespace settings::store
