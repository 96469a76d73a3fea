#pragma once

#include <optional>
#include <string>

#include "store/sqlite.h"

namespace settings::store {

/// The text in which the sync engine keeps what must outlive the process. Only remember() needs a
/// connection that can write. Throws SqliteError.
class Memory {
  public:
    explicit Memory(Connection& connection);

    /// Replaces the text, inside a transaction that the caller holds.
    void remember(std::string const& text);

    /// What was remembered last.
    [[nodiscard]] std::optional<std::string> recall();

  private:
    Statement remember_;
    Statement recall_;
};

}  // namespace settings::store
