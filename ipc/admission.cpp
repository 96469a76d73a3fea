#include "ipc/admission.h"

#include <algorithm>

namespace settings::ipc {

bool People::has(Peer const& peer) const {
    return users.contains(peer.uid) ||
           std::ranges::any_of(peer.groups, [&](gid_t group) { return groups.contains(group); });
}

bool Admission::lets_in(Peer const& peer) const { return lets_write(peer) || readers.has(peer); }

bool Admission::lets_write(Peer const& peer) const { return peer.uid == owner || guests.has(peer); }

}  // namespace settings::ipc
