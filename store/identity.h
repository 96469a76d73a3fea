#pragma once

#include <filesystem>
#include <optional>
#include <string>

#include "model/revision.h"
#include "model/tag.h"
#include "store/sqlite.h"

namespace settings::store {

// Which store this is, and which run of it: a run goes from one start to the next. Both are random
// numbers in the table `memory`. The store's is on the wire (model/tag.h). The run's is what
// database, log and the file beside them (high_water.h) have in common: where they have not, one of
// them is not what was last in use here. Functions throw SqliteError.

/// The store's number; any_store before its first run.
[[nodiscard]] StoreId store_id(Connection& connection);

/// The newest revision in the history; 0 when it is empty.
[[nodiscard]] Revision last_of_history(Connection& connection);

/// Makes another store of this one, which is not certain to have all that was acknowledged: gives
/// it another number, and an entry of the history beyond all that was ever acknowledged. The
/// revision before that one is left out, so that whoever watched the old history by numbers alone
/// sees a gap and reads all settings anew. Inside a transaction that the caller holds.
void become_another(Connection& connection, Revision acknowledged);

/// A store that is not the one that was in use here last.
struct PutBack {
    std::string why = {};       ///< the end of a sentence about the store
    bool is_older = false;      ///< certainly, and no copy from another machine
    Revision acknowledged = 0;  ///< the newest one ever
};

/// Makes another store of it: nothing of what it knows to be on its way to the server is true any
/// more, and with the next look the server's values win (see stale.h). Inside a transaction that
/// the caller holds.
void was_put_back(Connection& connection, PutBack const& put_back);

/// Why the database is not the one that was in use here last; nothing when it is. `log_is_damaged`
/// where its log had less than was acknowledged.
[[nodiscard]] std::optional<PutBack> why_put_back(Connection& connection,
                                                  std::filesystem::path const& file,
                                                  bool log_is_damaged);

/// Begins another run of a sound store, and gives a new one its number. Throws std::system_error
/// and std::filesystem::filesystem_error, too.
void begin_run(Connection& connection, std::filesystem::path const& file);

/// Has a log that may begin anew say whose it is, and which state of the database it continues:
/// `begun_at` is mark_in() the database as a checkpoint left it that had brought in, and flushed,
/// the whole log; empty where there was none. Does nothing until begin_run() has brought the run
/// into the database. Inside a transaction that the caller holds.
void mark_log(Connection& connection, std::string const& begun_at);

/// What a database knows of its run without its log, which each checkpoint changes. Empty when it
/// cannot be read.
[[nodiscard]] std::string mark_in(Connection const& database);

/// Whether a database knows a run, and is in the journal mode in which a run is begun. Looks at the
/// file alone, without SQLite.
[[nodiscard]] bool has_run(std::filesystem::path const& database);

/// Whose the log beside a database is.
enum class LogOwner {
    this_store,     ///< or there is none
    another_store,  ///< or another run, or an older or later state: SQLite would mix the two
    unknown,        ///< its own pages have lost the run that the database knows
};
[[nodiscard]] LogOwner owner_of_log(std::filesystem::path const& file);

}  // namespace settings::store
