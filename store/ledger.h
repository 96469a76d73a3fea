#pragma once

#include <optional>
#include <string>
#include <vector>

#include "model/edit.h"
#include "model/result.h"
#include "model/revision.h"
#include "model/tag.h"
#include "model/undo.h"
#include "store/bond.h"
#include "store/conflicts.h"
#include "store/decisions.h"
#include "store/document.h"
#include "store/journal.h"
#include "store/meetings.h"
#include "store/memory.h"
#include "store/mirror.h"
#include "store/notices.h"
#include "store/remembered.h"
#include "store/unsynced.h"

namespace settings::store {

/// An edit that is about to be committed.
struct Saved {
    Revision revision = 0;
    std::vector<std::string> keys = {};  ///< the keys that the edit named, changed or not
};

/// The writing side of the store: the edits of apps here, what the sync writes behind meetings(),
/// mirror() and memory(), what a person decides behind decisions(), and the copy of the
/// organization's settings, which has nothing to do with them. Runs inside a transaction that
/// the caller holds; plain, one thread, no queue (see Writer for when it is committed).
///
/// Throws SqliteError; an operation that returns an Error has written nothing.
class Ledger {
  public:
    Ledger(Connection& connection, WallClock clock, Retention retention = {});
    Ledger(Ledger const&) = delete;
    Ledger& operator=(Ledger const&) = delete;

    /// The revision of the last change.
    [[nodiscard]] Revision head() const { return document_.head(); }

    /// Head and store's number, which name this state to clients.
    [[nodiscard]] Tag tag() const { return {head(), store_}; }

    /// The value at a path, as resolve() finds it.
    [[nodiscard]] std::optional<Json> value_at(std::string const& path);

    /// Carries out an app's edit. An edit that changes nothing keeps the revision.
    /// Errors: too_large, where all settings together would be; of assignments, conflict where a
    /// value has no place, and too_large where it would stand too deep.
    [[nodiscard]] Result<Saved> apply(Edit edit, std::string const& app);

    /// Puts old values back, as one more edit by `app`.
    /// Errors: not_found and conflict (see take_back.h).
    [[nodiscard]] Result<Undone> undo(Undo const& undo, std::string const& app);

    /// The keys among `keys` that are dirty, or to which a request of ours may still bring another
    /// value.
    [[nodiscard]] std::vector<Unsynced> unsynced(std::vector<std::string> const& keys);

    [[nodiscard]] Bond& bond() { return bond_; }
    [[nodiscard]] Meetings& meetings() { return meetings_; }
    [[nodiscard]] Mirror& mirror() { return mirror_; }
    [[nodiscard]] Memory& memory() { return memory_; }
    [[nodiscard]] Memory& organization() { return organization_; }
    [[nodiscard]] Decisions& decisions() { return decisions_; }
    [[nodiscard]] Notices& notices() { return notices_; }

    /// For the caller's savepoints: mark() tells where the ledger is, and back_to() returns there
    /// after a rollback.
    using Mark = Document::Mark;
    [[nodiscard]] Mark mark() const { return document_.mark(); }
    void back_to(Mark mark) { document_.back_to(mark); }

    /// Reads the head again after the whole transaction was rolled back.
    void reload() { document_.reload(); }

    /// What the store must not forget; nothing where it is as it was at the last call.
    [[nodiscard]] std::optional<Remembered> take_remembered();

    /// The local changes since the last call.
    [[nodiscard]] Commit take_commit() { return document_.take_commit(); }

  private:
    [[nodiscard]] Result<std::vector<Touched>> touched_by(Patch&& patch);
    [[nodiscard]] Result<std::vector<Touched>> touched_by(Replace&& replace);
    [[nodiscard]] Result<std::vector<Touched>> touched_by(Erase&& erase);
    [[nodiscard]] Result<std::vector<Touched>> touched_by(Assignments&& assignments);

    StoreId const store_;
    Document document_;
    Journal journal_;
    Conflicts conflicts_;
    Memory memory_;
    Memory organization_;
    Mirror mirror_;
    Bond bond_;
    Meetings meetings_;
    Decisions decisions_;
    Notices notices_;
    Statement unsynced_;
};

}  // namespace settings::store
