#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>

#include "settings/result.h"

namespace settings::client {

/// One HTTP request to the daemon.
struct Request {
    std::string_view method;
    std::string target;
    std::string body = {};      ///< JSON; empty for none
    std::string if_match = {};  ///< the ETag of an If-Match header; empty for none
    bool repeatable = true;     ///< may be sent again when its first answer was lost
};

/// One HTTP reply, whatever its status.
struct Reply {
    unsigned status;
    std::string body;
};

/// A kept-alive HTTP/1.1 connection to a Unix socket, opened when it is first needed.
///
/// Blocking; for one thread at a time.
class Connection {
  public:
    using Duration = std::chrono::milliseconds;

    explicit Connection(std::string socket_path);
    ~Connection();
    Connection(Connection&&) noexcept;
    Connection& operator=(Connection&&) noexcept;

    /// Sends the request and reads the whole reply, each within the deadline that `timeout` sets;
    /// connecting may take as long again.
    ///
    /// A daemon may close an idle connection at any time. When a connection that served before
    /// turns out to be closed without one byte of a reply, a repeatable request goes out once more
    /// on a new one. After any error the next call connects anew, so that a late reply to an old
    /// request is never taken for the reply to a new one.
    ///
    /// Errors: unreachable, protocol.
    [[nodiscard]] Result<Reply> exchange(Request const& request, Duration timeout);

  private:
    class Link;

    [[nodiscard]] Result<void> connect(Duration timeout);

    std::string socket_path_;
    std::unique_ptr<Link> link_;  ///< null when not connected
};

}  // namespace settings::client
