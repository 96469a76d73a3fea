#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "model/batch.h"
#include "model/change_set.h"
#include "model/merge.h"
#include "model/patch.h"
#include "model/result.h"
#include "model/revision.h"
#include "store/sqlite.h"

namespace settings::store {

/// A top-level key whose local value changed.
struct LocalChange {
    std::string key;
    std::optional<std::string> text;  ///< its new value, or nothing when it went
    bool by_app = false;              ///< and not by the server
};

/// Committed changes, as readers are to see them.
struct Commit {
    Revision revision = 0;
    std::vector<LocalChange> changes;  ///< in order; a key may stand twice
    bool whole = false;                ///< the changes are the whole document, not a difference
};

/// What a look at the server's document did to the local one.
struct Reconciled {
    std::size_t applied = 0;          ///< leaves that the remote changed in the local document
    std::vector<Conflict> conflicts;  ///< leaves where a pending edit of ours won
};

/// Pending keys that were marked as in flight.
struct Frozen {
    Batch batch;
    bool more = false;  ///< further ones did not fit
};

/// How much history is kept. What is unsent is kept in any case.
struct Retention {
    std::int64_t revisions = 100'000;
};

/// What each operation does to the rows. Runs inside a transaction that the caller holds;
/// plain, one thread, no queue (see Writer for when it is committed).
///
/// Throws SqliteError; an operation that returns an Error has written nothing.
class Ledger {
  public:
    using WallClock = std::function<std::int64_t()>;  ///< Unix time in milliseconds

    Ledger(Connection& connection, WallClock clock, Retention retention = {});

    /// The revision of the last change.
    [[nodiscard]] Revision head() const { return head_; }

    /// An app's edit. One that changes nothing keeps the revision.
    /// Errors: stale, when `only_if` is not the head.
    [[nodiscard]] Result<Revision> apply(Edit const& edit, std::string const& app,
                                         std::optional<Revision> only_if);

    /// Merges the server's document into ours: base = mirror, ours = local, theirs = remote.
    /// Afterwards the mirror is the remote, and no batch is in doubt.
    Reconciled reconcile(Json const& remote);

    /// Takes pending keys, oldest edit first, within the bounds but at least one, and marks them
    /// as in flight. Empty when nothing is pending.
    [[nodiscard]] Frozen freeze(std::size_t max_keys, std::size_t max_bytes);

    /// The server accepted the batch: the mirror becomes what was sent, so that an edit made
    /// meanwhile stays pending.
    void settle(Batch const& batch);

    /// The server refused the batch: those of its keys that are still pending with the value that
    /// was sent are set aside until they are edited. Returns how many.
    std::size_t reject(Batch const& batch, Refusal const& refusal);

    /// For the caller's savepoints: where we are, and back to there after a rollback.
    struct Mark {
        Revision head;
        std::size_t changes;
    };
    [[nodiscard]] Mark mark() const { return {head_, changes_.size()}; }
    void back_to(Mark mark);

    /// After the whole transaction was rolled back.
    void reload();

    /// The local changes since the last call.
    [[nodiscard]] Commit take_commit();

  private:
    struct Row {
        std::optional<Json> local;
        std::optional<Json> mirror;
    };
    enum class Origin { app, remote };
    struct Touched {
        std::string key;
        std::optional<Json> before;
        std::optional<Json> after;
    };

    [[nodiscard]] Row load(std::string_view key);
    [[nodiscard]] std::vector<Touched> touched_by(Patch const& patch);
    [[nodiscard]] std::vector<Touched> touched_by(Replace const& replace);
    [[nodiscard]] std::vector<Touched> touched_by(Erase const& erase);
    void erase_path(std::vector<Touched>& touched, std::string_view path);
    std::size_t commit_local(std::vector<Touched> const& touched, Origin origin,
                             std::string const& app);
    void write_local(Touched const& touched, Origin origin);
    [[nodiscard]] std::map<std::string, Row> rows_that_differ_from(Json const& remote);
    [[nodiscard]] std::map<std::string, std::optional<std::string>> in_flight();
    void write_mirror(std::string const& key, std::optional<Json> const& value);
    void prune();
    [[nodiscard]] std::size_t count_pending();

    WallClock clock_;
    Retention retention_;
    Revision head_ = 0;
    std::vector<LocalChange> changes_;

    Statement head_in_journal_;
    Statement load_;
    Statement load_all_;
    Statement keys_;
    Statement write_local_;
    Statement write_mirror_;
    Statement drop_absent_;
    Statement append_journal_;
    Statement prune_;
    Statement pending_;
    Statement count_pending_;
    Statement mark_in_flight_;
    Statement in_flight_;
    Statement clear_in_flight_;
    Statement reject_;
    Statement unreject_;
    Statement unreject_settled_;
};

}  // namespace settings::store
