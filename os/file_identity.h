#pragma once

#include <cstdint>
#include <filesystem>

#include "os/descriptor.h"

namespace settings::os {

/// Which file it is, and how large.
///
/// Its times are not asked for. Since Linux 6.13 (multigrain timestamps) the next write to a file
/// whose times somebody has read changes its inode, and each flush behind that write has to bring
/// the inode to the disk as well: some of a tenth of what a flush takes.
struct FileIdentity {
    std::uintmax_t device = 0, inode = 0, bytes = 0;

    /// Whether there is a file, and it is that one.
    [[nodiscard]] bool is(FileIdentity const& other) const {
        return inode != 0 && device == other.device && inode == other.inode;
    }
};

/// The file that the name leads to, links not followed. Of no file when there is none.
[[nodiscard]] FileIdentity identity_of(std::filesystem::path const& file);

[[nodiscard]] FileIdentity identity_of(Descriptor const& file);

}  // namespace settings::os
