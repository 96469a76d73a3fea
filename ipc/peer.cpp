#include "ipc/peer.h"

#include <sys/socket.h>

#include <filesystem>
#include <string_view>

namespace settings::ipc {

std::optional<Peer> peer_of(int fd) {
    ucred who{};
    socklen_t size = sizeof who;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size) != 0 || size != sizeof who)
        return std::nullopt;
    return Peer{who.uid, who.pid};
}

std::string executable_of(pid_t pid) {
    std::error_code unknown;
    auto const link = "/proc/" + std::to_string(pid) + "/exe";
    auto path = std::filesystem::read_symlink(link, unknown).string();
    // What the kernel adds once the file was replaced, by an upgrade for instance.
    constexpr std::string_view deleted = " (deleted)";
    if (path.ends_with(deleted)) path.resize(path.size() - deleted.size());
    return path;
}

}  // namespace settings::ipc
