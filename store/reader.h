#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include "model/exchange.h"
#include "model/revision.h"
#include "store/commit.h"
#include "store/conflicts.h"
#include "store/journal.h"
#include "store/memory.h"
#include "store/notices.h"
#include "store/setting.h"
#include "store/sqlite.h"
#include "store/unsynced.h"

namespace settings::store {

/// A key that the server refused.
struct Rejected {
    std::string key;
    Refusal refusal;
    std::int64_t at = 0;    ///< Unix time in milliseconds
    unsigned refusals = 1;  ///< how often the server refused this value in a row
    Time retry_at{};        ///< when the value is tried again, on the daemon's clock
};

/// A key whose value here is not that of the mirror: both as JSON, and nothing where there is none.
struct Differing {
    std::string key;
    std::optional<std::string> mirror, local;
};

/// A conflict, and where it is.
struct PlaceOfConflict {
    std::int64_t id = 0;
    Path path;
};

/// Where one top-level key stands between the apps and the server.
struct Standing {
    std::optional<std::string> local;   ///< what apps see, as JSON
    std::optional<std::string> mirror;  ///< what the server is known to hold, as JSON
    bool in_flight = false;             ///< a request with `local` was sent, and no look came since
    bool older_in_flight = false;       ///< so was one with another value
    bool doubtful = false;              ///< a request of ours may still bring another value there
    bool lagging = false;   ///< accepted, and the last look showed what was there before
    Revision revision = 0;  ///< revision of its last change; 0 when the key was never there
    std::optional<std::int64_t> changed_at;  ///< Unix time in milliseconds; nothing once pruned
    std::optional<Rejected> rejected;
    std::optional<std::string> unreadable = {};  ///< why the server's value cannot be read here
};

/// Reads what is committed, over a connection of its own that cannot write. Values come as the
/// texts that they are stored as: a large one is quickly read, and takes long to be parsed. For the
/// loop's thread. Throws SqliteError.
class Reader {
  public:
    /// Opens a store that a Writer holds open.
    explicit Reader(std::filesystem::path const& file);

    /// Reads a copy of a store (see unwritable.h).
    explicit Reader(Connection connection);

    /// Another number after each commit of anybody else's: what was read before may be outdated.
    [[nodiscard]] std::int64_t version();

    /// The whole local document, as one commit.
    [[nodiscard]] Commit document();

    /// How many keys are pending (see schema.h).
    [[nodiscard]] std::size_t pending();

    /// The keys that have waited longest, of those that are pending or unreadable_edited().
    [[nodiscard]] std::vector<std::string> pending_keys(std::size_t most);

    /// The keys whose values here are not those of the mirror; by name.
    [[nodiscard]] std::vector<Differing> differing();

    /// Whether the server's document was ever brought together with ours. Before that the mirror is
    /// empty because nothing is known of it.
    [[nodiscard]] bool has_looked();

    /// Whether a key is pending that was last changed at or before `revision`.
    [[nodiscard]] bool is_pending(Revision revision);

    /// In order of key.
    [[nodiscard]] std::vector<Rejected> rejected();

    /// The keys whose values at the server cannot be read here, and why.
    [[nodiscard]] Unreadable unreadable();

    /// Those of them that were edited here, which is not sent; what has waited longest first.
    [[nodiscard]] std::vector<std::string> unreadable_edited();

    /// Newest first.
    [[nodiscard]] std::vector<StoredConflict> conflicts();

    /// The same, without their values.
    [[nodiscard]] std::vector<PlaceOfConflict> places_of_conflicts();

    [[nodiscard]] std::size_t count_conflicts();

    [[nodiscard]] Standing standing(std::string const& key);

    /// The last key, in the order of bytes, that is not behind `bound`.
    [[nodiscard]] std::optional<std::string> last_key_up_to(std::string_view bound);

    [[nodiscard]] Journal& journal() { return journal_; }

    /// What has become of a key since the edit that left it unsynced. `replaced`: it was changed
    /// again. A key is not synced while a request of ours may still bring another value there.
    enum class Fate { unsynced, rejected, synced, replaced };
    [[nodiscard]] Fate fate_of(Unsynced const& unsynced);

    [[nodiscard]] std::optional<std::string> recall() { return memory_.recall(); }
    [[nodiscard]] std::optional<std::string> organization() { return organization_.recall(); }

    /// What a person should know of the store.
    [[nodiscard]] std::optional<Notices::Notice> notice() { return notices_.last(); }

  private:
    Connection connection_;
    Journal journal_;
    Memory memory_;
    Memory organization_;
    Notices notices_;
    Statement version_;
    Statement document_;
    Statement head_;
    Statement pending_;
    Statement pending_keys_;
    Statement differing_;
    Statement has_looked_;
    Statement oldest_pending_;
    Statement rejected_;
    Statement unreadable_;
    Statement unreadable_edited_;
    Statement conflicts_;
    Statement places_of_conflicts_;
    Statement count_conflicts_;
    Statement standing_;
    Statement last_key_;
    Statement is_sent_;
    Statement is_doubtful_;
    Statement is_lagging_;
    Statement fate_;
};

}  // namespace settings::store
