#pragma once

#include <sys/types.h>

#include <filesystem>
#include <string>

#include "tests/systemd/command.h"

namespace settings::systemd_test {

/// Somebody with an account in the guest.
struct User {
    std::string name;
    uid_t uid;
    gid_t gid;
    std::filesystem::path home;
};

/// Makes an account, unless there is one.
[[nodiscard]] User make_user(std::string const& name);

/// A command line that runs another as that user.
[[nodiscard]] Words command_of(User const& user, Words const& words);

/// For as long as it lives, this thread, and those that it starts, act as somebody else: files and
/// sockets see that user. The other threads of the process go on as root.
class Acting {
  public:
    explicit Acting(User const& user);
    ~Acting();
    Acting(Acting const&) = delete;
    Acting& operator=(Acting const&) = delete;
};

/// What `deed` returns, done as somebody else.
template <class Deed>
auto as(User const& user, Deed deed) {
    Acting const acting{user};
    return deed();
}

}  // namespace settings::systemd_test
