#pragma once

#include <sys/types.h>
#include <unistd.h>

#include <optional>
#include <set>

#include "ipc/command.h"

namespace settings::ipc {

/// Users and groups, by number.
struct People {
    std::set<uid_t> users = {};
    std::set<gid_t> groups = {};

    /// Whether the kernel says that the peer is one of them, or in one of the groups.
    [[nodiscard]] bool has(Peer const& peer) const;
};

/// Who may use the socket. Its file may be open to more: what counts is asked of the kernel.
struct Admission {
    uid_t owner = geteuid();  ///< whose settings these are
    People guests = {};       ///< may do what the owner may
    People readers = {};      ///< may only look

    [[nodiscard]] bool lets_in(Peer const& peer) const;
    [[nodiscard]] bool lets_write(Peer const& peer) const;
};

}  // namespace settings::ipc
