#include "daemon/host/needs_route.h"

#include <boost/algorithm/string/predicate.hpp>
#include <boost/asio/ip/address.hpp>

namespace settings::daemon {

namespace ip = boost::asio::ip;

namespace {

bool is_loopback(ip::address const& address) {
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        return ip::make_address_v4(ip::v4_mapped, address.to_v6()).is_loopback();
    return address.is_loopback();
}

}  // namespace

bool needs_route(std::string_view host) {
    boost::system::error_code not_an_address;
    auto const address = ip::make_address(host, not_an_address);
    if (!not_an_address) return !is_loopback(address);

    if (host.ends_with('.')) host.remove_suffix(1);
    return !boost::iequals(host, "localhost") && !boost::iends_with(host, ".localhost");
}

}  // namespace settings::daemon
