#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/change_set.h"
#include "model/revision.h"
#include "store/sqlite.h"

namespace settings::store {

/// One atomic change of the local document.
struct JournalEntry {
    Revision revision = 0;
    std::int64_t at = 0;  ///< Unix time in milliseconds; it may jump, revisions do not
    std::string origin;   ///< "app", "undo", "remote", or "recovery" after a damaged store
    std::string app;      ///< who, as the caller of the ledger gave it
    ChangeSet changes = {};
    std::size_t bytes = 0;  ///< of the changes, as they are stored
};

/// How much of the journal to read at once: at least one entry, if there is one.
struct Stretch {
    std::size_t entries = 256;
    std::size_t bytes = 262'144;
};

/// The history, read over somebody's connection and thread. Throws SqliteError.
class Journal {
  public:
    explicit Journal(Connection& connection);

    /// 0 when the journal is empty.
    [[nodiscard]] Revision oldest();

    [[nodiscard]] std::optional<JournalEntry> find(Revision revision);

    /// The first after `cursor`, up to and with `last`; oldest first. With a dotted path those that
    /// may concern it, so that the others need not be parsed.
    [[nodiscard]] std::vector<JournalEntry> after(Revision cursor, Revision last, Stretch stretch,
                                                  std::string const& path = {});

    /// The last ones up to and with `last` but after `cursor`; newest first. Otherwise as after().
    [[nodiscard]] std::vector<JournalEntry> before(Revision cursor, Revision last, Stretch stretch,
                                                   std::string const& path = {});

    /// The revisions of everything since a time, newest first: down to the newest that is older.
    /// So a clock that was wrong long ago takes nothing in. `reached` is whether there is an older
    /// one, or none was ever pruned.
    struct Since {
        std::vector<Revision> revisions;
        bool reached = false;
    };
    [[nodiscard]] Since since(std::int64_t at);

    /// The revision, and those of the same app that follow one another within `gap` milliseconds
    /// before and after it, a thousand on either side at most; newest first. Empty when there is no
    /// such revision.
    [[nodiscard]] std::vector<Revision> burst(Revision revision, std::int64_t gap);

  private:
    struct Link {
        Revision revision;
        std::int64_t at;
        std::string origin;
        std::string app;
    };
    [[nodiscard]] static std::vector<Revision> follow(Statement& neighbours, Link last,
                                                      std::int64_t gap);

    Statement oldest_;
    Statement find_;
    Statement after_;
    Statement before_;
    Statement times_;
    Statement links_down_;
    Statement links_up_;
};

}  // namespace settings::store
