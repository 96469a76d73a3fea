#pragma once

#include <filesystem>

#include "tests/support/process.h"

namespace settings::system_test {

/// Debian's nginx in front of a daemon's socket, on a socket of its own.
class Nginx {
  public:
    [[nodiscard]] static bool is_installed();

    /// Starts it with `example`, a configuration for a port and a user's own daemon, but for these
    /// two addresses; returns once it serves. `folder` is for its files, and is made.
    Nginx(std::filesystem::path const& example, std::filesystem::path folder,
          std::filesystem::path const& daemon);

    [[nodiscard]] std::filesystem::path socket() const { return folder_ / "socket"; }

  private:
    [[nodiscard]] std::filesystem::path configured(std::filesystem::path const& example,
                                                   std::filesystem::path const& daemon) const;

    std::filesystem::path folder_;
    Process process_;
};

}  // namespace settings::system_test
