#pragma once

#include <set>
#include <span>

#include "daemon/host/network.h"

namespace settings::daemon {

/// What the kernel has told of this machine's network so far, which of it counts being said in
/// network.h. Links are to be asked for first: what is on another one does not count.
struct NetworkSurvey {
    std::set<int> links = {};  ///< by index: those that lead somewhere
    Network network = {};
};

/// Takes one datagram of the kernel's answer to a dump of links, addresses or routes
/// (rtnetlink(7)). It begins at an address for any type, as a std::vector does. A message that is
/// too short for its kind is passed over. Returns whether the answer goes on. Throws
/// std::system_error for an error that it tells, and for what is no datagram of netlink.
[[nodiscard]] bool take(NetworkSurvey& survey, std::span<char const> datagram, unsigned port);

}  // namespace settings::daemon
