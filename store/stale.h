#pragma once

#include <optional>
#include <set>
#include <string>

#include "model/revision.h"
#include "store/sqlite.h"

namespace settings::store {

/// What a store that was put back (see identity.h) must not send as if it were new, until a look at
/// the server has shown what is newer there. What apps write after that is ordinary. Throws
/// SqliteError.
class Stale {
  public:
    explicit Stale(Connection& connection);

    struct Note {
        Revision last = 0;  ///< the newest one that the store came with
        /// Whether the store is certainly older than what was in use. Then its unsent values were
        /// sent since, or replaced, and lose even where the server has what was known of it.
        bool is_older = false;
    };

    /// Inside a transaction that the caller holds.
    static void note(Connection& connection, Note const& note);

    /// Nothing for a store that was not put back, or has seen the server since.
    [[nodiscard]] std::optional<Note> find();

    /// Keys whose unsent value came with the store.
    [[nodiscard]] std::set<std::string> keys(Note const& note);

    void forget();

  private:
    Statement find_, keys_, forget_;
};

}  // namespace settings::store
