#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/conflict.h"
#include "store/sqlite.h"

namespace settings::store {

/// A conflict that waits for a person, or to be pushed out by newer ones.
struct RecordedConflict {
    std::int64_t id = 0;  ///< never used again for another conflict
    std::int64_t at = 0;  ///< Unix time in milliseconds
    Conflict conflict;    ///< its path begins with the top-level key
};

/// A conflict as it is stored: its values are texts of JSON.
struct StoredConflict {
    std::int64_t id = 0;
    std::int64_t at = 0;
    Path path;
    std::optional<std::string> base, ours, theirs;
    Winner kept = Winner::local;
};

/// The values that lost where two devices changed one leaf. Throws SqliteError.
class Conflicts {
  public:
    explicit Conflicts(Connection& connection);

    /// Only the newest 1,000 of all conflicts are kept, and of their values 8 MiB.
    void add(std::vector<Conflict> const& conflicts, std::int64_t at);

    [[nodiscard]] std::optional<RecordedConflict> find(std::int64_t id);

    void remove(std::int64_t id);

  private:
    Statement add_;
    Statement trim_;
    Statement trim_bytes_;
    Statement find_;
    Statement remove_;
};

/// Selects the rows that read_stored_conflict() reads; a WHERE or ORDER BY clause may follow.
inline constexpr std::string_view select_conflict =
    "SELECT id, at, path, base, ours, theirs, kept FROM conflict";
[[nodiscard]] StoredConflict read_stored_conflict(Rows const& row);

}  // namespace settings::store
