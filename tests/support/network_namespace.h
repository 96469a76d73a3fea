#pragma once

#include <string>

namespace settings {

/// A network of this thread's own, with nothing in it but a loopback that is down. What the thread
/// starts from here on lives there; the thread itself goes back at the end.
class NetworkNamespace {
  public:
    /// Throws std::system_error, as where that takes a privilege.
    NetworkNamespace();
    ~NetworkNamespace();
    NetworkNamespace(NetworkNamespace const&) = delete;
    NetworkNamespace& operator=(NetworkNamespace const&) = delete;

    /// Runs ip(8) in it. Throws std::runtime_error when that fails.
    void ip(std::string const& arguments) const;

  private:
    int outside_;
};

}  // namespace settings
