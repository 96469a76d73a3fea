#include "daemon/host/network_watch.h"

#include <linux/rtnetlink.h>
#include <spdlog/spdlog.h>
#include <sys/socket.h>

#include <cerrno>
#include <system_error>
#include <utility>

#include "loop/as_errors.h"
#include "os/descriptor.h"

namespace settings::daemon {

namespace asio = boost::asio;

namespace {

/// A socket that is readable when links, addresses, routes or rules changed. Throws
/// std::system_error.
os::Descriptor subscribe() {
    sockaddr_nl groups{};
    groups.nl_family = AF_NETLINK;
    constexpr unsigned rules_of_ipv6 = 1U << (RTNLGRP_IPV6_RULE - 1);  // has no name of its own
    groups.nl_groups = RTMGRP_LINK | RTMGRP_IPV4_IFADDR | RTMGRP_IPV6_IFADDR | RTMGRP_IPV4_ROUTE |
                       RTMGRP_IPV6_ROUTE | RTMGRP_IPV4_RULE | rules_of_ipv6;
    os::Descriptor news{socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC | SOCK_NONBLOCK, NETLINK_ROUTE)};
    if (!news.is_open() ||
        bind(news.number(), reinterpret_cast<sockaddr*>(&groups), sizeof groups) != 0)
        throw std::system_error{errno, std::generic_category(), "rtnetlink"};
    return news;
}

/// Throws away what there is to read. A lost message (ENOBUFS) is a message as well.
void drain(int news) {
    char first_byte = 0;
    while (recv(news, &first_byte, 1, 0) >= 0 || errno == ENOBUFS || errno == EINTR) {
    }
}

void report_blindness(std::system_error const& error) {
    spdlog::debug("cannot see the network, so any attempt may succeed: {}", error.what());
}

std::optional<Network> try_to_read_network() try {
    return read_network();
} catch (std::system_error const& error) {
    report_blindness(error);
    return std::nullopt;
}

}  // namespace

NetworkWatch::NetworkWatch(asio::any_io_executor const& executor,
                           std::function<void(NetworkChange)> changed)
    : changed_{std::move(changed)}, news_{executor} {
    try {
        news_.assign(subscribe().release());
        network_ = read_network();  // after the subscription: what changes from here on is news
    } catch (std::system_error const& error) {
        report_blindness(error);
    }
}

asio::awaitable<void> NetworkWatch::run() {
    while (news_.is_open()) {
        auto [error] =
            co_await news_.async_wait(asio::posix::stream_descriptor::wait_read, loop::as_errors);
        if (error) co_return;
        drain(news_.native_handle());
        look();
    }
}

void NetworkWatch::look() {
    auto const before = std::exchange(network_, try_to_read_network());
    NetworkChange change{.gained = true, .lost = true};
    if (before && network_) change = difference(*before, *network_);
    changed_(change);
}

std::optional<bool> NetworkWatch::has_network() const {
    if (!network_) return std::nullopt;
    return !network_->routes.empty();
}

}  // namespace settings::daemon
