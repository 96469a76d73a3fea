#include "tests/ipc/client.h"

#include <gtest/gtest.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <system_error>
#include <utility>

namespace settings::ipc {

Client::Client(std::filesystem::path const& path) : fd_{socket(AF_UNIX, SOCK_STREAM, 0)} {
    timeval const patience{.tv_sec = 20, .tv_usec = 0};
    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::strncpy(address.sun_path, path.c_str(), sizeof address.sun_path - 1);
    if (connect(fd_, reinterpret_cast<sockaddr const*>(&address), sizeof address) != 0)
        throw std::system_error{errno, std::system_category(), "connect"};
}

Client::~Client() { close(fd_); }

bool Client::send(std::string_view bytes) {
    while (!bytes.empty()) {
        ssize_t const count = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
        if (count < 0) {
            EXPECT_TRUE(errno == EPIPE || errno == ECONNRESET) << std::strerror(errno);
            return false;
        }
        bytes.remove_prefix(static_cast<std::size_t>(count));
    }
    return true;
}

void Client::finish_sending() { shutdown(fd_, SHUT_WR); }

bool Client::receive_more() {
    char bytes[64 * 1024];
    ssize_t const count = recv(fd_, bytes, sizeof bytes, 0);
    EXPECT_TRUE(count >= 0 || errno == ECONNRESET) << "the server neither answered nor closed";
    if (count <= 0) return false;
    received_.append(bytes, static_cast<std::size_t>(count));
    return true;
}

std::string Client::receive() {
    constexpr std::string_view length_field = "Content-Length: ";
    std::size_t head = received_.find("\r\n\r\n");
    while (head == std::string::npos) {
        if (!receive_more()) return std::exchange(received_, {});
        head = received_.find("\r\n\r\n");
    }
    std::size_t size = head + 4;
    if (std::size_t const field = received_.find(length_field); field < head)
        size += std::stoul(received_.substr(field + length_field.size()));
    while (received_.size() < size)
        if (!receive_more()) break;
    std::string reply = received_.substr(0, size);
    received_.erase(0, size);
    return reply;
}

std::string Client::receive_all() {
    while (receive_more()) continue;
    return std::exchange(received_, {});
}

std::string Client::receive_until(std::string_view end) {
    std::size_t found = received_.find(end);
    for (; found == std::string::npos; found = received_.find(end))
        if (!receive_more()) return std::exchange(received_, {});
    std::string text = received_.substr(0, found + end.size());
    received_.erase(0, text.size());
    return text;
}

std::string without_date(std::string reply) {
    constexpr std::string_view name = "Date: ", end = "\r\n";
    auto const at = reply.find("\r\nDate: ");
    if (at == std::string::npos) return "no Date in: " + reply;
    auto const line = at + end.size();
    return reply.erase(line, reply.find(end, line + name.size()) + end.size() - line);
}

std::string body_of(std::string const& reply) {
    std::size_t const head = reply.find("\r\n\r\n");
    return head == std::string::npos ? "no body" : reply.substr(head + 4);
}

}  // namespace settings::ipc
