#include "tests/support/silent_name_server.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <system_error>

namespace settings {

SilentNameServer::SilentNameServer()
    : configuration_{"/etc/resolv.conf", "nameserver 127.0.0.1\noptions timeout:30 attempts:5\n"},
      server_{socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)} {
    network_.ip("link set lo up");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(53);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (bind(server_, reinterpret_cast<sockaddr*>(&address), sizeof address) != 0)
        throw std::system_error{errno, std::generic_category(), "port 53"};
}

SilentNameServer::~SilentNameServer() { close(server_); }

int SilentNameServer::questions() {
    char first_byte = 0;
    while (recv(server_, &first_byte, 1, MSG_DONTWAIT) >= 0) ++questions_;
    return questions_;
}

}  // namespace settings
