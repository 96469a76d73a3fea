#pragma once

#include <filesystem>

#include "model/result.h"

namespace settings::store {

/// Keeps a second daemon off a store's folder for as long as it lives (flock(2), so a crash or
/// a power cut leaves no stale lock).
class Lock {
  public:
    /// Errors: busy, naming the process that holds it. Throws std::system_error when the folder
    /// cannot be written.
    [[nodiscard]] static Result<Lock> take(std::filesystem::path const& folder);

    Lock(Lock&& other) noexcept;
    Lock& operator=(Lock&&) = delete;
    ~Lock();

  private:
    explicit Lock(int descriptor) : descriptor_{descriptor} {}

    int descriptor_;
};

}  // namespace settings::store
