#pragma once

#include <optional>
#include <set>
#include <string>

#include "store/bond.h"
#include "store/mirror.h"

namespace settings::store {

/// Merges what a look at the server found, once it is clear whose it is: a document that shares no
/// past with ours is no change by another device. Inside a transaction that the caller holds, so
/// that no crash can bind the store to one account and leave another's document in it. Throws
/// SqliteError.
class Meetings {
  public:
    Meetings(Connection& connection, Document& document, Mirror& mirror, Bond& bond);

    /// Mirror::reconcile(), where the document is that of the owner whom we know. Otherwise nothing
    /// that is known of the former one counts:
    ///
    /// - Nothing was ever synced: Meeting::merge, unless a person said otherwise.
    /// - Another account, or another server: nothing is written before a person says what to do.
    ///
    /// A decision that takes the account's values is on the document that was shown: one that lost
    /// over half of that since waits anew, and so does one with other values of the exceptions.
    ///
    /// A document that is held binds no store that has no owner yet, and nothing is sent then.
    [[nodiscard]] Reconciled reconcile(Look const& look, Time now);

  private:
    [[nodiscard]] std::optional<Encounter::Kind> stranger(Owner const& theirs);
    [[nodiscard]] bool waits(Look const& look, Encounter const& encounter) const;
    [[nodiscard]] Reconciled meet(Look const& look, Meeting meeting, Time now);
    [[nodiscard]] static std::set<std::string> keys_unmet(Look const& look, Meeting meeting);
    void believe(Meeting meeting, Exceptions const& exceptions);
    [[nodiscard]] Texts local_but(Unreadable const& unreadable);

    Connection& connection_;
    Document& document_;
    Mirror& mirror_;
    Bond& bond_;

    Statement has_mirror_;
    Statement believe_ours_;
    Statement believe_our_;
    Statement believe_nothing_;
    Statement hold_all_;
};

}  // namespace settings::store
