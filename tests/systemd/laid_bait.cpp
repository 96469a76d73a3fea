#include "tests/systemd/laid_bait.h"

#include <fcntl.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/shm.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>

#include <cerrno>
#include <filesystem>
#include <system_error>

#include "tests/support/eventually.h"
#include "tests/systemd/bait.h"

namespace settings::systemd_test {
namespace {

namespace fs = std::filesystem;

void check(long result, std::string const& what) {
    if (result < 0) throw std::system_error{errno, std::generic_category(), what};
}

/// In spite of the umask.
void allow(fs::path const& path, unsigned mode) { fs::permissions(path, fs::perms{mode}); }

void lay_out(Place const& place) {
    fs::create_directories(place.path + bait::open_folder);
    allow(place.path + bait::open_folder, 0777);
    write_text(place.path + bait::note, "not for daemons\n");
    allow(place.path + bait::note, 0644);
    fs::copy_file("/usr/bin/true", place.path + bait::program);
}

/// The kernel's log, which can be opened to write to it by whoever may open the file.
void make_device(char const* path) {
    check(mknod(path, S_IFCHR, makedev(1, 11)), path);
    allow(path, 0666);
}

void make_set_uid_program() {
    fs::copy_file(FORBIDDEN_ACTS, bait::set_uid_program);
    allow(bait::set_uid_program, 04755);
}

void make_private_file(User const& owner) {
    write_text(bait::private_file, "for the owner alone\n");
    allow(bait::private_file, 0600);
    check(chown(bait::private_file, owner.uid, owner.gid), bait::private_file);
}

void make_mount() {
    fs::create_directory(bait::mount_point);
    check(mount("forbidden-acts", bait::mount_point, "tmpfs", 0, nullptr), bait::mount_point);
}

}  // namespace

LaidBait::Sleeper::Sleeper(User const& user)
    : process_{command_of(user, {"sleep", "infinity"}), {}} {
    eventually("somebody sleeps",
               [&] { return read_text("/proc/" + std::to_string(pid()) + "/comm") == "sleep\n"; });
}

LaidBait::Terminal::Terminal(User const& user) : keyboard_{posix_openpt(O_RDWR | O_NOCTTY)} {
    check(keyboard_, "a terminal");
    unlockpt(keyboard_);
    check(chown(path().c_str(), user.uid, user.gid), path());
}

LaidBait::Terminal::~Terminal() { close(keyboard_); }

std::string LaidBait::Terminal::path() const { return ptsname(keyboard_); }

LaidBait::LaidBait(User const& user, User const& other)
    : user_{user},
      other_{other},
      neighbour_{user},
      stranger_{other},
      terminal_{user},
      shared_memory_{shmget(IPC_PRIVATE, 1, IPC_CREAT | 0644)} {
    allow(other.home, 0755);
    for (auto const& place : places(user.home)) lay_out(place);
    fs::create_directory(bait::folder);
    make_set_uid_program();
    make_private_file(other);
    make_mount();
    make_device(bait::device);
    make_device(bait::device_in_dev);
    write_text(bait::neighbour, std::to_string(neighbour_.pid()));
    write_text(bait::stranger, std::to_string(stranger_.pid()));
    write_text(bait::terminal, terminal_.path());
}

LaidBait::~LaidBait() {
    shmctl(shared_memory_, IPC_RMID, nullptr);
    umount2(bait::mount_point, 0);
    unlink(bait::device_in_dev);
    fs::remove_all(bait::folder);
    for (auto const& place : places(user_.home)) fs::remove_all(place.path + bait::open_folder);
    allow(other_.home, 0700);
}

std::vector<std::string> LaidBait::take_replies() const {
    std::vector<std::string> found;
    for (auto const& place : places(user_.home))
        if (fs::remove(place.path + bait::reply)) found.push_back(place.path);
    return found;
}

}  // namespace settings::systemd_test
