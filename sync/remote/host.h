#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace settings::sync {

/// Whether a text may stand for a host in a header and in the log: what a URL can hide in
/// % escapes, may not.
[[nodiscard]] bool is_host(std::string_view text);

/// The port that digits name; nothing for what no port can be. Boost.URL's own number of 99999 is
/// 34463.
[[nodiscard]] std::optional<std::uint16_t> port_in(std::string_view digits);

/// Host and port as a URL has them (RFC 3986, 3.2): an IPv6 address in brackets.
[[nodiscard]] std::string authority(std::string const& host, std::string const& port);

}  // namespace settings::sync
