#pragma once

#include <limits>
#include <optional>
#include <set>
#include <string>

#include "model/revision.h"
#include "store/sqlite.h"

namespace settings::store {

/// Unsent values that must not be sent as if they were new: those of a store that was put back (see
/// identity.h), and those that were made again from the history (see rebuild.h). The server's
/// values win over them with the next look that is taken over. What apps write from then on is
/// ordinary. Throws SqliteError.
class Stale {
  public:
    explicit Stale(Connection& connection);

    struct Note {
        Revision last = std::numeric_limits<Revision>::max();  ///< newest one that is stale
        /// Whether the store is certainly older than what was in use. Then its unsent values were
        /// sent since, or replaced, and lose even where the server has what was known of it.
        bool is_older = false;
        std::optional<std::set<std::string>> keys = {};  ///< these alone
    };

    /// Inside a transaction that the caller holds.
    static void note(Connection& connection, Note const& note);

    [[nodiscard]] std::optional<Note> find();

    /// Keys whose unsent value is stale.
    [[nodiscard]] std::set<std::string> keys(Note const& note);

    void forget();

  private:
    Statement find_, keys_, forget_;
};

}  // namespace settings::store
