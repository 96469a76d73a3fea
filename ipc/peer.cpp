#include "ipc/peer.h"

#include <sys/socket.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <string_view>

namespace settings::ipc {

namespace {

/// The groups beside the first one; none when the kernel does not say.
std::vector<gid_t> further_groups_of(int fd) {
    std::vector<gid_t> groups(64);
    for (;;) {
        socklen_t bytes = static_cast<socklen_t>(groups.size() * sizeof(gid_t));
        int const failed = getsockopt(fd, SOL_SOCKET, SO_PEERGROUPS, groups.data(), &bytes);
        groups.resize(bytes / sizeof(gid_t));
        if (failed == 0) return groups;
        if (errno != ERANGE) return {};
    }
}

}  // namespace

std::optional<Peer> peer_of(int fd) {
    ucred who{};
    socklen_t size = sizeof who;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size) != 0 || size != sizeof who)
        return std::nullopt;
    Peer peer{who.uid, who.pid};
    if (who.uid == geteuid()) return peer;
    peer.groups = further_groups_of(fd);
    peer.groups.push_back(who.gid);
    return peer;
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
