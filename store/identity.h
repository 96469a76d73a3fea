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

/// Makes another store of one that is older than what was acknowledged or sent: nothing of what it
/// knows to be on its way to the server is true any more, and with the next look the server's
/// values win (see Mirror::reconcile()). Inside a transaction that the caller holds.
void was_put_back(Connection& connection, Revision acknowledged);

/// Why the database is not the one that was in use here last, as the end of a sentence about the
/// store; nothing when it is.
[[nodiscard]] std::optional<std::string> why_put_back(Connection& connection,
                                                      std::filesystem::path const& file);

/// Begins another run of a sound store, and gives a new one its number. Throws std::system_error
/// and std::filesystem::filesystem_error, too.
void begin_run(Connection& connection, std::filesystem::path const& file);

/// SQL that changes a row of this run, so that the log says whose it is. Does nothing until
/// begin_run() has brought the run into the database.
[[nodiscard]] std::string mark_log_sql();

/// What a database knows of its run without its log, which each checkpoint changes. Empty when it
/// cannot be read.
[[nodiscard]] std::string mark_in(Connection const& database);

/// Whose the log beside a database is.
enum class LogOwner {
    this_store,     ///< or there is none
    another_store,  ///< or another run: SQLite would mix the two
    unknown,        ///< its own pages have lost the run that the database knows
};
[[nodiscard]] LogOwner owner_of_log(std::filesystem::path const& file);

}  // namespace settings::store
