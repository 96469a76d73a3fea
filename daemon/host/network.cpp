#include "daemon/host/network.h"

#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>
#include <initializer_list>
#include <map>
#include <memory>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>
#include <vector>

namespace settings::daemon {

namespace {

using Attributes = std::map<int, std::string_view>;

struct Survey {
    std::set<int> links;  ///< by index: those that lead somewhere
    Network network;
};

[[noreturn]] void fail(char const* doing) {
    throw std::system_error{errno, std::generic_category(), doing};
}

int take_attribute(nlattr const* attribute, void* attributes) {
    auto const* bytes = static_cast<char const*>(mnl_attr_get_payload(attribute));
    (*static_cast<Attributes*>(attributes))[mnl_attr_get_type(attribute)] = {
        bytes, mnl_attr_get_payload_len(attribute)};
    return MNL_CB_OK;
}

Attributes attributes_after(std::size_t header_bytes, nlmsghdr const* message) {
    Attributes found;
    mnl_attr_parse(message, static_cast<unsigned>(header_bytes), take_attribute, &found);
    return found;
}

/// The attributes of the given types, as one text.
std::string identity(Attributes const& attributes, std::initializer_list<int> types) {
    std::string text;
    for (int const type : types) {
        auto const found = attributes.find(type);
        if (found != attributes.end())
            text.append(std::to_string(type) + '=').append(found->second);
    }
    return text;
}

int to_index(std::string_view bytes) {
    int index = 0;
    std::memcpy(&index, bytes.data(), std::min(bytes.size(), sizeof index));
    return index;
}

bool any_hop_leads_out(std::string_view hops, std::set<int> const& links) {
    rtnexthop hop{};
    while (hops.size() >= sizeof hop) {
        std::memcpy(&hop, hops.data(), sizeof hop);
        if (links.contains(hop.rtnh_ifindex)) return true;
        auto const step = RTNH_ALIGN(std::max<std::size_t>(hop.rtnh_len, sizeof hop));
        hops.remove_prefix(std::min(step, hops.size()));
    }
    return false;
}

bool leads_out(Attributes const& route, std::set<int> const& links) {
    if (auto const link = route.find(RTA_OIF); link != route.end())
        return links.contains(to_index(link->second));
    if (auto const hops = route.find(RTA_MULTIPATH); hops != route.end())
        return any_hop_leads_out(hops->second, links);
    return true;  // by a nexthop object that the kernel does not spell out: an attempt will tell
}

/// fe80::/10 and ff00::/8: what every link has, without a network.
bool stays_on_link(rtmsg const& route, Attributes const& attributes) {
    auto const found = attributes.find(RTA_DST);
    if (route.rtm_family != AF_INET6 || found == attributes.end()) return false;
    auto const first = static_cast<unsigned char>(found->second[0]);
    auto const second = static_cast<unsigned char>(found->second[1]);
    return first == 0xff || (first == 0xfe && (second & 0xc0U) == 0x80U);
}

int take_link(nlmsghdr const* message, void* survey) {
    auto const& link = *static_cast<ifinfomsg const*>(mnl_nlmsg_get_payload(message));
    // Running: has a carrier. Routes of a link without one stay, but lead nowhere.
    constexpr unsigned leading_somewhere = IFF_UP | IFF_RUNNING;
    if ((link.ifi_flags & (leading_somewhere | IFF_LOOPBACK)) == leading_somewhere)
        static_cast<Survey*>(survey)->links.insert(link.ifi_index);
    return MNL_CB_OK;
}

int take_address(nlmsghdr const* message, void* into) {
    auto& survey = *static_cast<Survey*>(into);
    auto const& address = *static_cast<ifaddrmsg const*>(mnl_nlmsg_get_payload(message));
    auto const index = static_cast<int>(address.ifa_index);
    bool const usable = (address.ifa_flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED)) == 0;
    if (usable && address.ifa_scope < RT_SCOPE_LINK && survey.links.contains(index))
        survey.network.addresses.insert(
            std::to_string(index) + ' ' +
            identity(attributes_after(sizeof address, message), {IFA_LOCAL, IFA_ADDRESS}));
    return MNL_CB_OK;
}

int take_route(nlmsghdr const* message, void* into) {
    auto& survey = *static_cast<Survey*>(into);
    auto const& route = *static_cast<rtmsg const*>(mnl_nlmsg_get_payload(message));
    bool const of_ip = route.rtm_family == AF_INET || route.rtm_family == AF_INET6;
    bool const cached = (route.rtm_flags & RTM_F_CLONED) != 0;
    if (!of_ip || cached || route.rtm_type != RTN_UNICAST || route.rtm_table == RT_TABLE_LOCAL)
        return MNL_CB_OK;
    auto const attributes = attributes_after(sizeof route, message);
    // Without metric and lifetime, which network managers and routers change all the time.
    if (!stays_on_link(route, attributes) && leads_out(attributes, survey.links))
        survey.network.routes.insert(std::to_string(route.rtm_dst_len) + ' ' +
                                     identity(attributes, {RTA_TABLE, RTA_DST, RTA_OIF, RTA_GATEWAY,
                                                           RTA_VIA, RTA_PREFSRC, RTA_MULTIPATH}));
    return MNL_CB_OK;
}

struct Close {
    void operator()(mnl_socket* socket) const { mnl_socket_close(socket); }
};

void request_dump(mnl_socket* socket, std::uint16_t type) {
    std::array<char, 64> buffer{};
    nlmsghdr* const request = mnl_nlmsg_put_header(buffer.data());
    request->nlmsg_type = type;
    request->nlmsg_flags = NLM_F_REQUEST | NLM_F_DUMP;
    mnl_nlmsg_put_extra_header(request, sizeof(rtgenmsg));  // zeros: of every family
    if (mnl_socket_sendto(socket, request, request->nlmsg_len) < 0) fail("rtnetlink request");
}

/// The kernel answers while it is asked, so this never waits.
void dump(mnl_socket* socket, std::uint16_t type, mnl_cb_t take, Survey& survey) {
    request_dump(socket, type);
    std::vector<char> buffer(32 * 1024);  // what the kernel fills at most
    int more = MNL_CB_OK;
    while (more > MNL_CB_STOP) {
        auto const size = mnl_socket_recvfrom(socket, buffer.data(), buffer.size());
        if (size < 0) fail("rtnetlink answer");
        more = mnl_cb_run(buffer.data(), static_cast<std::size_t>(size), 0,
                          mnl_socket_get_portid(socket), take, &survey);
    }
    if (more < 0) fail("rtnetlink answer");
}

Network read_once() {
    std::unique_ptr<mnl_socket, Close> const socket{mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC)};
    if (!socket || mnl_socket_bind(socket.get(), 0, MNL_SOCKET_AUTOPID) < 0) fail("rtnetlink");
    Survey survey;
    dump(socket.get(), RTM_GETLINK, take_link, survey);  // first: the others ask for its links
    dump(socket.get(), RTM_GETADDR, take_address, survey);
    dump(socket.get(), RTM_GETROUTE, take_route, survey);
    return std::move(survey.network);
}

bool has_all(std::set<std::string> const& some, std::set<std::string> const& of) {
    return std::includes(some.begin(), some.end(), of.begin(), of.end());
}

bool has_all(Network const& some, Network const& of) {
    return has_all(some.routes, of.routes) && has_all(some.addresses, of.addresses);
}

/// Nothing when the network changed while the kernel told of it: such an answer is of two times.
std::optional<Network> read_undisturbed() try {
    return read_once();
} catch (std::system_error const& error) {
    if (error.code() != std::errc::interrupted) throw;
    return std::nullopt;
}

}  // namespace

Network read_network() {
    constexpr int attempts = 5;
    for (int attempt = 1; attempt < attempts; ++attempt)
        if (auto network = read_undisturbed()) return std::move(*network);
    return read_once();
}

NetworkChange difference(Network const& before, Network const& after) {
    return {.gained = !has_all(before, after), .lost = !has_all(after, before)};
}

}  // namespace settings::daemon
