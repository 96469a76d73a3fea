#pragma once

#include <chrono>
#include <span>
#include <string>
#include <string_view>
#include <system_error>

#include "os/descriptor.h"

namespace settings::client {

using Clock = std::chrono::steady_clock;

/// When a wait that begins now is over; far off instead of beyond what a clock can hold.
[[nodiscard]] Clock::time_point deadline_after(std::chrono::milliseconds timeout);

/// Connects a Unix stream socket to a path; blocks as the socket does. Errors: of connect(2).
[[nodiscard]] std::error_code connect_to(std::string const& path, int descriptor);

/// Whether the peer of a socket has neither closed it nor sent what nobody has read.
[[nodiscard]] bool is_quiet(int descriptor);

/// A stream socket to a Unix path, with a deadline for everything that could block.
class Socket {
  public:
    /// Connects, or says why not. Of no use afterwards when it failed.
    [[nodiscard]] std::error_code connect(std::string const& path, Clock::time_point deadline);

    /// Sends all of it. Errors: timed_out, and what send(2) says.
    [[nodiscard]] std::error_code send(std::string_view bytes, Clock::time_point deadline);

    /// Waits for bytes and returns how many came; none with no error means that the peer closed.
    /// Errors: timed_out, and what recv(2) says.
    [[nodiscard]] std::size_t receive(std::span<char> space, Clock::time_point deadline,
                                      std::error_code& error);

    /// Whether the peer has neither closed it nor sent what nobody has read.
    [[nodiscard]] bool is_quiet() const { return client::is_quiet(descriptor_.number()); }

  private:
    /// Repeats `operation` while it would block; throws nothing.
    template <class Operation>
    std::size_t within(Clock::time_point deadline, short event, std::error_code& error,
                       Operation operation);

    os::Descriptor descriptor_;
};

}  // namespace settings::client
