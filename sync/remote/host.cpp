#include "sync/remote/host.h"

#include <algorithm>
#include <cctype>
#include <charconv>

namespace settings::sync {

bool is_host(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_' || c == ':';
    });
}

std::optional<std::uint16_t> port_in(std::string_view digits) {
    std::uint16_t port = 0;
    auto const* const end = digits.data() + digits.size();
    auto const [stopped, error] = std::from_chars(digits.data(), end, port);
    if (error != std::errc{} || stopped != end || port == 0) return std::nullopt;
    return port;
}

std::string authority(std::string const& host, std::string const& port) {
    bool const is_ipv6 = host.find(':') != std::string::npos;
    return (is_ipv6 ? "[" + host + "]" : host) + ":" + port;
}

}  // namespace settings::sync
