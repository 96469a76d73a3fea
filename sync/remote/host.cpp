#include "sync/remote/host.h"

#include <algorithm>
#include <cctype>

namespace settings::sync {

bool is_host(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](unsigned char c) {
        return std::isalnum(c) != 0 || c == '.' || c == '-' || c == '_' || c == ':';
    });
}

std::string authority(std::string const& host, std::string const& port) {
    bool const is_ipv6 = host.find(':') != std::string::npos;
    return (is_ipv6 ? "[" + host + "]" : host) + ":" + port;
}

}  // namespace settings::sync
