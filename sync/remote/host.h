#pragma once

#include <string>
#include <string_view>

namespace settings::sync {

/// Whether a text may stand for a host in a header and in the log: what a URL can hide in
/// % escapes, may not.
[[nodiscard]] bool is_host(std::string_view text);

/// Host and port as a URL has them (RFC 3986, 3.2): an IPv6 address in brackets.
[[nodiscard]] std::string authority(std::string const& host, std::string const& port);

}  // namespace settings::sync
