#pragma once

#include "model/exchange.h"
#include "store/sqlite.h"

namespace settings::store {

/// The keys whose values at the server cannot be read here, by the last look. Throws SqliteError.
class UnreadableKeys {
  public:
    explicit UnreadableKeys(Connection& connection);

    /// Notes what cannot be read now in place of what could not be read before. Returns what is
    /// new. Inside a transaction that the caller holds.
    [[nodiscard]] Unreadable exchange(Unreadable const& now);

  private:
    [[nodiscard]] Unreadable known();

    Statement known_;
    Statement forget_;
    Statement note_;
};

}  // namespace settings::store
