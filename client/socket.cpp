#include "client/socket.h"

#include <fcntl.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>

#include <algorithm>
#include <cerrno>
#include <limits>

namespace settings::client {
namespace {

using namespace std::chrono;
using namespace std::chrono_literals;

std::error_code last_error() { return {errno, std::system_category()}; }

/// What is left of a time-out, for poll(2): rounded up, so that it never spins through the last
/// millisecond.
int remaining(Clock::time_point deadline) {
    auto const left = ceil<milliseconds>(deadline - Clock::now()).count();
    constexpr milliseconds::rep longest = std::numeric_limits<int>::max();
    return static_cast<int>(std::clamp<milliseconds::rep>(left, 0, longest));
}

/// SO_SNDTIMEO bounds a blocking connect on a Unix socket (socket(7), unix(7)); zero would not.
void bound_connect(int descriptor, Clock::time_point deadline) {
    auto const bound = std::max<microseconds>(ceil<milliseconds>(deadline - Clock::now()), 1ms);
    auto const whole = floor<seconds>(bound);
    timeval const limit{whole.count(), microseconds{bound - whole}.count()};
    ::setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, sizeof limit);
}

}  // namespace

Clock::time_point deadline_after(milliseconds timeout) {
    return Clock::now() + std::min<milliseconds>(timeout, years{1});
}

std::error_code connect_to(std::string const& path, int descriptor) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (path.size() >= sizeof address.sun_path)
        return std::make_error_code(std::errc::filename_too_long);
    path.copy(address.sun_path, path.size());
    while (::connect(descriptor, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
        if (errno != EINTR) return last_error();
    return {};
}

bool is_quiet(int descriptor) {
    char byte = 0;
    return ::recv(descriptor, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
           last_error() == std::errc::operation_would_block;
}

std::error_code Socket::connect(std::string const& path, Clock::time_point deadline) {
    descriptor_ = os::Descriptor{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)};
    if (!descriptor_.is_open()) return last_error();
    bound_connect(descriptor_.number(), deadline);
    if (auto const error = connect_to(path, descriptor_.number())) return error;
    if (::fcntl(descriptor_.number(), F_SETFL, O_NONBLOCK) != 0) return last_error();
    return {};
}

template <class Operation>
std::size_t Socket::within(Clock::time_point deadline, short event, std::error_code& error,
                           Operation operation) {
    for (;;) {
        ssize_t const bytes = operation();
        if (bytes >= 0) return static_cast<std::size_t>(bytes);
        error = last_error();
        if (error == std::errc::interrupted) continue;
        if (error != std::errc::operation_would_block) return 0;
        error.clear();
        pollfd ready{descriptor_.number(), event, 0};
        // An interrupted poll only leads to one more look.
        if (::poll(&ready, 1, remaining(deadline)) == 0 && Clock::now() >= deadline) {
            error = std::make_error_code(std::errc::timed_out);
            return 0;
        }
    }
}

std::error_code Socket::send(std::string_view bytes, Clock::time_point deadline) {
    std::error_code error;
    while (!error && !bytes.empty())
        bytes.remove_prefix(within(deadline, POLLOUT, error, [&] {
            return ::send(descriptor_.number(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
        }));
    return error;
}

std::size_t Socket::receive(std::span<char> space, Clock::time_point deadline,
                            std::error_code& error) {
    return within(deadline, POLLIN, error,
                  [&] { return ::recv(descriptor_.number(), space.data(), space.size(), 0); });
}

}  // namespace settings::client
