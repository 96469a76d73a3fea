#pragma once

#include <optional>
#include <string>

#include "sync/remote/proxy.h"

namespace settings::daemon {

/// How the server is reached.
struct ProxyChoice {
    std::optional<sync::Proxy> proxy;    ///< nothing: straight on
    std::optional<std::string> warning;  ///< the environment names a proxy that cannot be used
};

/// What `server.proxy` says, where it is set: a proxy's URL, or "none". Otherwise what the
/// environment says, by the names and rules of curl(1): https_proxy, HTTPS_PROXY, all_proxy,
/// ALL_PROXY, the first that is set; but not for a server that no_proxy or NO_PROXY exempts. A PAC
/// file (auto_proxy, AUTO_PROXY) is a warning.
/// Throws std::runtime_error for a `server.proxy` that cannot be used.
[[nodiscard]] ProxyChoice choose_proxy(std::optional<std::string> const& configured,
                                       std::string const& host, std::string const& port);

}  // namespace settings::daemon
