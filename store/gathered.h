#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <utility>

#include "model/exchange.h"

namespace settings::store {

/// A dirty key as its row stands in the file.
struct DirtyRow {
    std::string key;
    std::optional<std::string> local, mirror;
};

/// What a key and its value take in a document; 0 where the value is absent.
[[nodiscard]] std::int64_t bytes_of(std::string const& key,
                                    std::optional<std::string> const& value);

/// The next batch, key by key, within what a request and the account have room for. Pure.
class Gathered {
  public:
    /// `account_values` counts the values of the server's document, if that should matter.
    Gathered(std::int64_t account_bytes, std::int64_t max_bytes,
             std::function<std::int64_t()> account_values)
        : account_{account_bytes},
          max_bytes_{max_bytes},
          account_values_{std::move(account_values)} {}

    /// False once the batch is full; then the row is not taken.
    bool take(DirtyRow row, unsigned refusals = 0);

    /// The batch; where no key had room in the account, those that had none.
    [[nodiscard]] Frozen frozen();

  private:
    [[nodiscard]] bool has_room(std::int64_t bytes, std::int64_t values) const;

    std::int64_t account_;  ///< what the server's document takes with the batch
    std::int64_t max_bytes_;
    std::function<std::int64_t()> account_values_;
    std::int64_t bytes_ = 0;
    std::int64_t values_ = 0;  ///< by which the server's document grows with the batch
    Batch batch_, without_room_;
};

}  // namespace settings::store
