#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>
#include <optional>

#include "daemon/host/network.h"

namespace settings::daemon {

/// Tells when the network changes, and whether another machine can be reached at all. Sleeps until
/// the kernel has news (rtnetlink(7)). For the loop's thread.
///
/// Where netlink is not permitted it sees nothing, and never has news.
class NetworkWatch {
  public:
    NetworkWatch(boost::asio::any_io_executor const& executor,
                 std::function<void(NetworkChange)> changed);

    /// Calls `changed` when the kernel has news, once for all that came together, until the loop or
    /// this ends. Most news concerns no route and no address of ours: the change is empty then.
    [[nodiscard]] boost::asio::awaitable<void> run();

    /// Whether any route leads to another machine; nothing when that cannot be seen.
    [[nodiscard]] std::optional<bool> has_network() const;

  private:
    void look();

    std::function<void(NetworkChange)> changed_;
    boost::asio::posix::stream_descriptor news_;
    std::optional<Network> network_;  ///< nothing when it cannot be seen
};

}  // namespace settings::daemon
