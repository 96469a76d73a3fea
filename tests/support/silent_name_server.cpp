#include "tests/support/silent_name_server.h"

#include <netinet/in.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <fstream>
#include <system_error>

namespace settings {

namespace {

constexpr char const* configuration = "/etc/resolv.conf";

void check(int result, char const* doing) {
    if (result < 0) throw std::system_error{errno, std::generic_category(), doing};
}

/// In a view of the files of this thread's own.
void have_libc_read(std::string const& file) {
    check(unshare(CLONE_NEWNS), "unshare");
    check(mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), "a private view of files");
    check(mount(file.c_str(), configuration, nullptr, MS_BIND, nullptr), configuration);
}

}  // namespace

SilentNameServer::SilentNameServer() : server_{socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0)} {
    network_.ip("link set lo up");
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_port = htons(53);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    check(bind(server_, reinterpret_cast<sockaddr*>(&address), sizeof address), "port 53");
    auto const file = (folder_ / "resolv.conf").string();
    std::ofstream{file} << "nameserver 127.0.0.1\noptions timeout:30 attempts:5\n";
    have_libc_read(file);
}

SilentNameServer::~SilentNameServer() {
    umount2(configuration, MNT_DETACH);
    close(server_);
}

int SilentNameServer::questions() {
    char first_byte = 0;
    while (recv(server_, &first_byte, 1, MSG_DONTWAIT) >= 0) ++questions_;
    return questions_;
}

}  // namespace settings
