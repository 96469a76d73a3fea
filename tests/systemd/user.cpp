#include "tests/systemd/user.h"

#include <pwd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <cerrno>
#include <stdexcept>
#include <system_error>

namespace settings::systemd_test {
namespace {

/// The kernel's own calls, because those of libc change all threads at once.
void become(uid_t uid, gid_t gid) {
    constexpr int unchanged = -1;
    // The group while this is still root, or root again.
    bool const to_root = uid == 0;
    if ((to_root && syscall(SYS_setresuid, unchanged, uid, unchanged) != 0) ||
        syscall(SYS_setresgid, unchanged, gid, unchanged) != 0 ||
        (!to_root && syscall(SYS_setresuid, unchanged, uid, unchanged) != 0))
        throw std::system_error{errno, std::generic_category(), "cannot act as another user"};
}

}  // namespace

User make_user(std::string const& name) {
    if (getpwnam(name.c_str()) == nullptr)
        output_of({"useradd", "--create-home", "--shell", "/bin/sh", name});
    auto const* entry = getpwnam(name.c_str());
    if (entry == nullptr) throw std::runtime_error{"there is no user " + name};
    return {name, entry->pw_uid, entry->pw_gid, entry->pw_dir};
}

Words command_of(User const& user, Words const& words) {
    // In place of itself, so that a signal reaches the command.
    Words all{"setpriv", "--reuid=" + user.name, "--regid=" + user.name, "--init-groups", "--"};
    all.insert(all.end(), words.begin(), words.end());
    return all;
}

Acting::Acting(User const& user) { become(user.uid, user.gid); }

Acting::~Acting() { become(0, 0); }

}  // namespace settings::systemd_test
