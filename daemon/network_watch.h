#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>
#include <optional>

#include "daemon/network.h"

namespace settings::daemon {

/// Tells when the network changes, and whether another machine can be reached at all. Sleeps until
/// the kernel has news (rtnetlink(7)). For the loop's thread.
///
/// Where netlink is not permitted it sees nothing: there is always a route then, and never news.
class NetworkWatch {
  public:
    NetworkWatch(boost::asio::any_io_executor const& executor,
                 std::function<void(NetworkChange)> changed);

    /// Calls `changed` after each change, once for those that came together, until the loop or
    /// this ends.
    [[nodiscard]] boost::asio::awaitable<void> run();

    /// Whether an attempt to reach another machine may succeed. A hint, true in doubt. This very
    /// machine needs no route: see needs_route().
    [[nodiscard]] bool has_route() const;

  private:
    void look();

    std::function<void(NetworkChange)> changed_;
    boost::asio::posix::stream_descriptor news_;
    std::optional<Network> network_;  ///< nothing when it cannot be seen
};

}  // namespace settings::daemon
