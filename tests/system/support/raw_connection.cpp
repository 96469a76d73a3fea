#include "tests/system/support/raw_connection.h"

#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <system_error>

namespace settings::system_test {

RawConnection::RawConnection(std::filesystem::path const& socket)
    : descriptor_{::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)} {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    if (socket.native().size() >= sizeof address.sun_path)
        throw std::runtime_error{"too long for a socket: " + socket.string()};
    std::memcpy(address.sun_path, socket.c_str(), socket.native().size());
    timeval const patience{30, 0};
    setsockopt(descriptor_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(descriptor_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    if (connect(descriptor_, reinterpret_cast<sockaddr*>(&address), sizeof address) == 0) return;
    int const error = errno;
    close(descriptor_);
    throw std::system_error{error, std::generic_category(), socket.string()};
}

RawConnection::~RawConnection() { close(descriptor_); }

void RawConnection::send(std::string_view bytes) const {
    while (!bytes.empty()) {
        auto const sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (sent <= 0) return;
        bytes.remove_prefix(static_cast<std::size_t>(sent));
    }
}

void RawConnection::send_at_once(std::string_view bytes) const {
    for (ssize_t sent = 0; sent >= 0 && !bytes.empty();) {
        bytes.remove_prefix(static_cast<std::size_t>(sent));
        sent = ::send(descriptor_, bytes.data(), bytes.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
    }
}

void RawConnection::finish_sending() const { shutdown(descriptor_, SHUT_WR); }

bool RawConnection::receive_more(std::string& received) const {
    std::array<char, 64 * 1024> piece{};
    auto const size = recv(descriptor_, piece.data(), piece.size(), 0);
    if (size < 0 && errno != ECONNRESET)
        throw std::runtime_error{"the connection stays open, after: " + received};
    if (size > 0) received.append(piece.data(), static_cast<std::size_t>(size));
    return size > 0;
}

std::string RawConnection::receive_all() const {
    std::string all;
    while (receive_more(all)) continue;
    return all;
}

std::string RawConnection::receive_until(std::string_view text) const {
    std::string all;
    while (all.find(text) == std::string::npos)
        if (!receive_more(all)) throw std::runtime_error{"the other side closed, after: " + all};
    return all;
}

std::string request(std::string const& method, std::string const& target, std::string const& body) {
    std::string text = method + ' ' + target + " HTTP/1.1\r\nHost: localhost\r\n";
    if (!body.empty())
        text += "Content-Type: application/json\r\nContent-Length: " + std::to_string(body.size()) +
                "\r\n";
    return text + "Connection: close\r\n\r\n" + body;
}

std::string exchange(std::filesystem::path const& socket, std::string_view bytes) {
    RawConnection const connection{socket};
    connection.send(bytes);
    return connection.receive_all();
}

std::string body_of(std::string const& response) {
    auto const end = response.find("\r\n\r\n");
    return end == std::string::npos ? "" : response.substr(end + 4);
}

}  // namespace settings::system_test
