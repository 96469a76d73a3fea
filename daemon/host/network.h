#pragma once

#include <set>
#include <string>

namespace settings::daemon {

/// What of this machine's network could carry a request to another machine. Each item is a text of
/// bytes that is the same for as long as the route or the address is.
struct Network {
    std::set<std::string> routes;
    std::set<std::string> addresses;
};

/// Asks the kernel (rtnetlink(7)). Throws std::system_error, as in a sandbox without AF_NETLINK.
///
/// A route counts when it is unicast, of any table but the local one, and over a link that is up,
/// has a carrier and is not the loopback; a route to IPv6 link-local addresses does not. A default
/// route is not asked for: the server may be in this very network. An address counts on the same
/// links when it may be used beyond them.
[[nodiscard]] Network read_network();

/// What became of a network.
struct NetworkChange {
    bool gained = false;  ///< a route or an address came: what failed before may succeed now
    bool lost = false;    ///< a route or an address went, and perhaps the connections that used it

    bool operator==(NetworkChange const&) const = default;
};

[[nodiscard]] NetworkChange difference(Network const& before, Network const& after);

}  // namespace settings::daemon
