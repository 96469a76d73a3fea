#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "store/sqlite.h"

namespace settings::store {

/// The document that waits for a person: the keys that others touched, with the values that the
/// last look showed. They are in no file, for the next process looks anew. What is on disk is that
/// something is held, so that a restart makes no hold any shorter. Inside a transaction that the
/// caller holds. Throws SqliteError.
class Held {
  public:
    explicit Held(Connection& connection);

    struct Value {
        std::string key;
        SharedText theirs;     ///< null where the server has none
        std::size_t lost = 0;  ///< hash of the paths that are lost; 0 where none is
    };

    /// In the order of the keys.
    [[nodiscard]] std::vector<Value> values();

    /// Whether values() has the key.
    [[nodiscard]] bool has(std::string const& key);

    void add(Value const& value);
    void remove(std::string const& key);

    /// A look begins: what it shows takes the place of all this. The hold goes on.
    void forget_values();

    // How long the hold lasts.

    /// Something is held. `known` counts the first time: how many leaves the server was known to
    /// hold then.
    void begin(std::size_t known);

    /// A person decided about a part. From now on the rest is held however little it is.
    void decided_in_part();

    /// The server had no document at all. What is gone from the next one is held however little it
    /// is.
    void doubt() { decided_in_part(); }

    /// Nothing is held any more.
    void end();

    /// As begin() was told; nothing when nothing is held.
    [[nodiscard]] std::optional<std::size_t> known();
    [[nodiscard]] bool is_decided_in_part();

  private:
    Statement values_;
    Statement has_;
    Statement add_;
    Statement remove_;
    Statement forget_values_;
    Statement begin_;
    Statement decided_in_part_;
    Statement end_;
    Statement known_;
    Statement is_decided_in_part_;
};

}  // namespace settings::store
