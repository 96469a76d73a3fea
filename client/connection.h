#pragma once

#include <boost/system/result.hpp>
#include <chrono>
#include <optional>
#include <string>

#include "client/failure.h"
#include "client/http.h"
#include "client/socket.h"
#include "settings/options.h"

namespace settings::client {

/// A kept-alive HTTP/1.1 connection to a Unix socket, opened when it is first needed.
///
/// Blocking; for one thread at a time.
class Connection {
  public:
    Connection(std::string socket_path, Options options);

    /// Sends the request and reads the whole reply, within the options' time-out and `patience`;
    /// connecting may take as long again.
    ///
    /// A daemon may close an idle connection at any time; then a new one is opened. When it does so
    /// just then, without one byte of a reply, a repeatable request goes out once more. After any
    /// error the next call connects anew, so that a late reply to an old request is never taken for
    /// the reply to a new one.
    ///
    /// Errors: unreachable, unknown, protocol.
    [[nodiscard]] Result<Reply> exchange(Request const& request,
                                         std::chrono::milliseconds patience = {});

    [[nodiscard]] std::string const& socket_path() const { return socket_path_; }
    [[nodiscard]] Options const& options() const { return options_; }

  private:
    using Outcome = boost::system::result<Reply, Failure>;

    /// `lost` as for unreachable().
    [[nodiscard]] Result<void> connect(Clock::time_point deadline, Request::Effect lost);
    [[nodiscard]] Outcome ask(std::string const& text, Clock::time_point deadline);

    std::string socket_path_;
    Options options_;
    std::optional<Socket> socket_;  ///< empty when not connected
};

}  // namespace settings::client
