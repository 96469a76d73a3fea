#pragma once

#include <string_view>

namespace settings::daemon {

/// Whether a server of this name or address may be on another machine, so that reaching it takes a
/// route. Not so for localhost, names below it (RFC 6761, 6.3) and loopback addresses.
[[nodiscard]] bool needs_route(std::string_view host);

}  // namespace settings::daemon
