#pragma once

#include <functional>
#include <set>
#include <string>

#include "store/memory.h"

namespace settings::store {

/// The keys that could not be read when we met the account's document, so that nobody has chosen
/// between ours and theirs: once theirs can be read it counts as it would have then. They outlive
/// the process. Throws SqliteError.
class UnmetKeys {
  public:
    explicit UnmetKeys(Connection& connection);

    [[nodiscard]] std::set<std::string> all();

    // Inside a transaction that the caller holds.

    void replace(std::set<std::string> const& keys);

    /// Forgets those that are met by now.
    void forget_if(std::function<bool(std::string const& key)> const& is_met);

  private:
    Memory row_;
};

}  // namespace settings::store
