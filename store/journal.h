#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/change_set.h"
#include "model/revision.h"
#include "store/origin.h"
#include "store/sqlite.h"

namespace settings::store {

/// One atomic change of the local document.
struct JournalEntry {
    Revision revision = 0;
    std::int64_t at = 0;  ///< Unix time in milliseconds; it may jump, revisions do not
    Origin origin = Origin::app;
    std::string app;           ///< who made the edit, as the caller of the ledger gave it
    std::string changes = {};  ///< as they are stored

    /// What changed. Takes as long as the text is: for a large one milliseconds by the hundred.
    /// Any thread. Throws SqliteError when the text is damaged.
    [[nodiscard]] ChangeSet read_changes() const;
};

/// Size of the changes of all entries, as they are stored.
[[nodiscard]] std::size_t bytes_of(std::vector<JournalEntry> const& entries);

/// How much of the journal to read at once: at least one entry, if there is one.
struct Stretch {
    std::size_t entries = 256;
    std::size_t bytes = 262'144;
};

/// The history. Reads over the connection that it is given, on the thread of that connection, and
/// parses nothing.
/// Throws SqliteError.
class Journal {
  public:
    explicit Journal(Connection& connection);

    /// 0 when the journal is empty.
    [[nodiscard]] Revision oldest();

    [[nodiscard]] std::optional<JournalEntry> find(Revision revision);

    /// The first entries after `cursor`, up to and with `last`; oldest first. With a dotted path
    /// only the entries that may concern it.
    [[nodiscard]] std::vector<JournalEntry> after(Revision cursor, Revision last, Stretch stretch,
                                                  std::string const& path = {});

    /// The last entries after `cursor`, up to and with `last`; newest first. `path` is as in
    /// after().
    [[nodiscard]] std::vector<JournalEntry> before(Revision cursor, Revision last, Stretch stretch,
                                                   std::string const& path = {});

    struct Since {
        std::vector<Revision> revisions;  ///< newest first
        bool reached = false;             ///< the history goes back to the time that was asked for
    };

    /// The revisions since a wall-clock time, `most` and one at most. The walk goes back from the
    /// newest entry and ends at the first one that is older, so no entry behind it gets in because
    /// the clock was wrong then.
    [[nodiscard]] Since since(std::int64_t at, std::size_t most);

    /// The newest edit of an app here that no undo has taken back, or whose undo was taken back
    /// itself. Nothing, when there is none among the newest `most` entries.
    [[nodiscard]] std::optional<Revision> newest_standing(std::size_t most);

    /// Those of `revisions`, which are newest first, that no undo has taken back, or whose undo was
    /// taken back itself, as far as the newest `most` entries tell.
    [[nodiscard]] std::vector<Revision> standing(std::vector<Revision> revisions, std::size_t most);

    /// The revision and its neighbours by the same app, as long as each follows the other within
    /// `gap` milliseconds; a thousand on either side at most; newest first. Empty when the journal
    /// does not hold the revision.
    [[nodiscard]] std::vector<Revision> burst(Revision revision, std::int64_t gap);

  private:
    struct Link {
        Revision revision;
        std::int64_t at;
        Origin origin;
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
