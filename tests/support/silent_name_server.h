#pragma once

#include "tests/support/network_namespace.h"
#include "tests/support/replaced_file.h"

namespace settings {

/// Lets every name that this thread, and threads that it starts, ask DNS for wait for minutes for
/// an answer that never comes. In a network of their own, see NetworkNamespace.
class SilentNameServer {
  public:
    /// Throws std::system_error, as where that takes a privilege.
    SilentNameServer();
    ~SilentNameServer();
    SilentNameServer(SilentNameServer const&) = delete;
    SilentNameServer& operator=(SilentNameServer const&) = delete;

    /// How many it was asked so far.
    [[nodiscard]] int questions();

  private:
    NetworkNamespace network_;
    ReplacedFile configuration_;
    int server_;
    int questions_ = 0;
};

}  // namespace settings
