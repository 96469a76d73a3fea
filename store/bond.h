#pragma once

#include <optional>
#include <string_view>

#include "model/owner.h"
#include "store/memory.h"
#include "store/sqlite.h"

namespace settings::store {

/// The owner that a row of Bond's names; nothing where it is damaged, or names nobody.
[[nodiscard]] std::optional<Owner> owner_in(std::string_view row);

/// Nothing that is known of the document of a former owner, was sent to it, refused by its server
/// or left open about it, says anything about another's. What is set here stays. Inside a
/// transaction that the caller holds. Throws SqliteError.
void forget_former_document(Connection& connection);

/// Whose document the mirror is: kept as long as the store, through logins and logouts. Only join()
/// needs a connection that can write. Throws SqliteError.
class Bond {
  public:
    /// What the row says before the first merge: JSON, and no owner.
    static constexpr std::string_view nobody_yet = "null";

    explicit Bond(Connection& connection);

    /// Nothing before the first merge. Where the row is damaged, an owner who contradicts all
    /// others, so that a person is asked.
    [[nodiscard]] std::optional<Owner> owner();

    /// The row itself.
    [[nodiscard]] Memory& row() { return row_; }

    /// The mirror is this owner's. Inside a transaction that the caller holds.
    void join(Owner const& owner);

  private:
    Memory row_;
};

}  // namespace settings::store
