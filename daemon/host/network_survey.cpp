#include "daemon/host/network_survey.h"

#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <net/if.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <initializer_list>
#include <map>
#include <string_view>
#include <system_error>

namespace settings::daemon {

namespace {

using Attributes = std::map<int, std::string_view>;

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
    if (found->second.size() < 2) return false;
    auto const first = static_cast<unsigned char>(found->second[0]);
    auto const second = static_cast<unsigned char>(found->second[1]);
    return first == 0xff || (first == 0xfe && (second & 0xc0U) == 0x80U);
}

void take_link(NetworkSurvey& survey, ifinfomsg const& link, nlmsghdr const*) {
    // Running: has a carrier. Routes of a link without one stay, but lead nowhere.
    constexpr unsigned leading_somewhere = IFF_UP | IFF_RUNNING;
    if ((link.ifi_flags & (leading_somewhere | IFF_LOOPBACK)) == leading_somewhere)
        survey.links.insert(link.ifi_index);
}

void take_address(NetworkSurvey& survey, ifaddrmsg const& address, nlmsghdr const* message) {
    auto const index = static_cast<int>(address.ifa_index);
    bool const usable = (address.ifa_flags & (IFA_F_TENTATIVE | IFA_F_DADFAILED)) == 0;
    if (usable && address.ifa_scope < RT_SCOPE_LINK && survey.links.contains(index))
        survey.network.addresses.insert(
            std::to_string(index) + ' ' +
            identity(attributes_after(sizeof address, message), {IFA_LOCAL, IFA_ADDRESS}));
}

void take_route(NetworkSurvey& survey, rtmsg const& route, nlmsghdr const* message) {
    bool const of_ip = route.rtm_family == AF_INET || route.rtm_family == AF_INET6;
    bool const cached = (route.rtm_flags & RTM_F_CLONED) != 0;
    if (!of_ip || cached || route.rtm_type != RTN_UNICAST || route.rtm_table == RT_TABLE_LOCAL)
        return;
    auto const attributes = attributes_after(sizeof route, message);
    // Without metric and lifetime, which network managers and routers change all the time.
    if (!stays_on_link(route, attributes) && leads_out(attributes, survey.links))
        survey.network.routes.insert(std::to_string(route.rtm_dst_len) + ' ' +
                                     identity(attributes, {RTA_TABLE, RTA_DST, RTA_OIF, RTA_GATEWAY,
                                                           RTA_VIA, RTA_PREFSRC, RTA_MULTIPATH}));
}

/// Hands on a message whose payload begins with a Head, if it is long enough to.
template <class Head>
void pass_on(NetworkSurvey& survey, nlmsghdr const* message,
             void (*take)(NetworkSurvey&, Head const&, nlmsghdr const*)) {
    if (mnl_nlmsg_get_payload_len(message) >= sizeof(Head))
        take(survey, *static_cast<Head const*>(mnl_nlmsg_get_payload(message)), message);
}

int take_message(nlmsghdr const* message, void* into) {
    auto& survey = *static_cast<NetworkSurvey*>(into);
    switch (message->nlmsg_type) {
        case RTM_NEWLINK: pass_on(survey, message, take_link); break;
        case RTM_NEWADDR: pass_on(survey, message, take_address); break;
        case RTM_NEWROUTE: pass_on(survey, message, take_route); break;
        default: break;
    }
    return MNL_CB_OK;
}

/// Whether the datagram is messages one behind the other, each with its whole length and what fills
/// it up. libmnl believes a length beyond INT_MAX, and reads what would fill up the last message.
bool is_whole(std::span<char const> datagram) {
    nlmsghdr head{};
    while (datagram.size() >= sizeof head) {
        std::memcpy(&head, datagram.data(), sizeof head);
        // NLMSG_ALIGN() would count in 32 bits.
        auto const step =
            (std::size_t{head.nlmsg_len} + NLMSG_ALIGNTO - 1) / NLMSG_ALIGNTO * NLMSG_ALIGNTO;
        if (head.nlmsg_len < sizeof head || step > datagram.size()) return false;
        datagram = datagram.subspan(step);
    }
    return datagram.empty();
}

}  // namespace

bool take(NetworkSurvey& survey, std::span<char const> datagram, unsigned port) {
    if (!is_whole(datagram))
        throw std::system_error{EBADMSG, std::generic_category(), "rtnetlink answer"};
    int const more = mnl_cb_run(datagram.data(), datagram.size(), 0, port, take_message, &survey);
    if (more < 0) throw std::system_error{errno, std::generic_category(), "rtnetlink answer"};
    return more > MNL_CB_STOP;
}

}  // namespace settings::daemon
