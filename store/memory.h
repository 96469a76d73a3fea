#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "store/sqlite.h"

namespace settings::store {

/// A text that must outlive the process, under a name of its own. What changes it needs a
/// connection that can write, and a transaction that the caller holds. Throws SqliteError.
class Memory {
  public:
    // The names.
    static constexpr std::string_view engine = "engine";              ///< the sync engine's
    static constexpr std::string_view owner = "owner";                ///< see bond.h
    static constexpr std::string_view organization = "organization";  ///< its settings, a copy
    static constexpr std::string_view unmet = "unmet";                ///< see unmet_keys.h

    Memory(Connection& connection, std::string_view name);

    /// Replaces the text.
    void remember(std::string const& text);

    /// Removes it.
    void forget();

    /// What was remembered last.
    [[nodiscard]] std::optional<std::string> recall();

    /// Whether nobody has asked since the text was last changed, or since the start.
    [[nodiscard]] bool take_news();

  private:
    std::string name_;
    Statement remember_;
    Statement forget_;
    Statement recall_;
    bool is_news_ = true;
};

}  // namespace settings::store
