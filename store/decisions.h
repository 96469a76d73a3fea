#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "model/result.h"
#include "store/conflicts.h"
#include "store/document.h"
#include "store/sqlite.h"

namespace settings::store {

/// What a person decides about conflicts and about values that the server refused. Runs inside a
/// transaction that the caller holds. Throws SqliteError.
///
/// Errors: not_found, when there is no such conflict or no such refused key. Then nothing is
/// written.
class Decisions {
  public:
    Decisions(Connection& connection, Document& document, Conflicts& conflicts);

    /// Removes a conflict. `restore` first puts the value that was not kept in its place, as an
    /// edit by `app`.
    [[nodiscard]] Result<void> resolve_conflict(std::int64_t id, bool restore,
                                                std::string const& app);

    /// Makes one refused key, or all of them, due to be tried again at once. Returns how many.
    [[nodiscard]] Result<std::size_t> retry_rejected(std::optional<std::string> const& path);

    /// Gives the refused value up for the server's, as an edit by `app`.
    [[nodiscard]] Result<void> discard_rejected(std::string const& path, std::string const& app);

  private:
    [[nodiscard]] std::string key_named(std::string const& path);
    [[nodiscard]] std::size_t count_rejected(std::optional<std::string> const& key);

    Document& document_;
    Conflicts& conflicts_;

    Statement count_rejected_;
    Statement retry_;
};

}  // namespace settings::store
