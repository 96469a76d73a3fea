#include "ipc/peer.h"

#include <sys/socket.h>

namespace settings::ipc {

std::optional<Peer> peer_of(int fd) {
    ucred who{};
    socklen_t size = sizeof who;
    if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &who, &size) != 0 || size != sizeof who)
        return std::nullopt;
    return Peer{who.uid, who.pid};
}

}  // namespace settings::ipc
