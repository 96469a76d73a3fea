#include "os/file_identity.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

namespace settings::os {
namespace {

FileIdentity identity_at(int folder, char const* name, int flags) {
    struct statx status {};
    if (::statx(folder, name, flags, STATX_INO | STATX_SIZE, &status) != 0) return {};
    return {makedev(status.stx_dev_major, status.stx_dev_minor), status.stx_ino, status.stx_size};
}

}  // namespace

FileIdentity identity_of(std::filesystem::path const& file) {
    return identity_at(AT_FDCWD, file.c_str(), AT_SYMLINK_NOFOLLOW);
}

FileIdentity identity_of(Descriptor const& file) {
    return identity_at(file.number(), "", AT_EMPTY_PATH);
}

}  // namespace settings::os
