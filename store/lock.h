#pragma once

#include <filesystem>
#include <utility>

#include "model/result.h"
#include "os/descriptor.h"

namespace settings::store {

/// Keeps a second daemon off a store's folder for as long as it lives (flock(2), so a crash or
/// a power cut leaves no stale lock).
class Lock {
  public:
    /// On a disk that takes no new file, the folder itself is locked. Errors: busy, naming the
    /// process that holds it. Throws std::system_error when the folder cannot be opened.
    [[nodiscard]] static Result<Lock> take(std::filesystem::path const& folder);

  private:
    explicit Lock(os::Descriptor file) : file_{std::move(file)} {}

    os::Descriptor file_;
};

}  // namespace settings::store
