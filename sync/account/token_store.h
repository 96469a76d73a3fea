#pragma once

#include <filesystem>

#include "model/result.h"
#include "sync/account/secret_file.h"
#include "sync/account/token_pair.h"

namespace settings::sync {

/// The file that keeps what a login gave: mode 600, replaced in one step, flushed.
///
/// Not in the database, whose copies for support or backup are then free of secrets. For one
/// process at a time: the lock on the store sees to that.
class TokenStore {
  public:
    explicit TokenStore(std::filesystem::path path);

    /// Errors: not_found when nobody has logged in; bad_request when the file is damaged or not
    /// ours alone.
    [[nodiscard]] Result<TokenPair> load() const;

    /// Once this returns a value the pair survives a power cut. Errors: storage_full,
    /// storage_broken.
    [[nodiscard]] Result<void> save(TokenPair const& pair) const;

    /// Errors: storage_broken.
    [[nodiscard]] Result<void> remove() const;

  private:
    SecretFile file_;
};

}  // namespace settings::sync
