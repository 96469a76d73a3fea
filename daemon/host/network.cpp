#include "daemon/host/network.h"

#include <libmnl/libmnl.h>
#include <linux/rtnetlink.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>
#include <vector>

#include "daemon/host/network_survey.h"

namespace settings::daemon {

namespace {

[[noreturn]] void fail(char const* doing) {
    throw std::system_error{errno, std::generic_category(), doing};
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
void dump(mnl_socket* socket, std::uint16_t type, NetworkSurvey& survey) {
    request_dump(socket, type);
    std::vector<char> buffer(32 * 1024);  // what the kernel fills at most
    bool more = true;
    while (more) {
        auto const size = mnl_socket_recvfrom(socket, buffer.data(), buffer.size());
        if (size < 0) fail("rtnetlink answer");
        more = take(survey, {buffer.data(), static_cast<std::size_t>(size)},
                    mnl_socket_get_portid(socket));
    }
}

Network read_once() {
    std::unique_ptr<mnl_socket, Close> const socket{mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC)};
    if (!socket || mnl_socket_bind(socket.get(), 0, MNL_SOCKET_AUTOPID) < 0) fail("rtnetlink");
    NetworkSurvey survey;
    dump(socket.get(), RTM_GETLINK, survey);  // first: the others ask for its links
    dump(socket.get(), RTM_GETADDR, survey);
    dump(socket.get(), RTM_GETROUTE, survey);
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
