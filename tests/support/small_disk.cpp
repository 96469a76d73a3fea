#include "tests/support/small_disk.h"

#include <sched.h>
#include <sys/mount.h>

#include <cerrno>
#include <fstream>
#include <string>
#include <system_error>

namespace settings {
namespace {

constexpr char const* options = "size=4m,nr_inodes=200,mode=0700";

}  // namespace

SmallDisk::SmallDisk(std::filesystem::path folder) : folder_{std::move(folder)} {
    std::filesystem::create_directories(folder_);
    bool const mounted = unshare(CLONE_NEWNS) == 0 &&
                         mount("none", "/", nullptr, MS_REC | MS_PRIVATE, nullptr) == 0 &&
                         mount("none", folder_.c_str(), "tmpfs", 0, options) == 0;
    if (!mounted) throw std::system_error{errno, std::generic_category(), "a disk of our own"};
}

SmallDisk::~SmallDisk() { umount2(folder_.c_str(), MNT_DETACH); }

void SmallDisk::fill() const {
    std::ofstream file{folder_ / "filler", std::ios::binary};
    std::string const page(4'096, 'x');
    while (file << page << std::flush) continue;
}

void SmallDisk::fill_but_for_one_file() const {
    std::filesystem::create_directory(folder_ / "files");
    int made = 0;
    while (std::ofstream{folder_ / "files" / std::to_string(made)}) ++made;
    std::filesystem::remove(folder_ / "files" / "0");
}

void SmallDisk::make_room() const {
    std::filesystem::remove(folder_ / "filler");
    std::filesystem::remove_all(folder_ / "files");
}

void SmallDisk::set_read_only(bool read_only) const {
    unsigned long const flags = MS_REMOUNT | (read_only ? MS_RDONLY : 0);
    if (mount("none", folder_.c_str(), "tmpfs", flags, options) != 0)
        throw std::system_error{errno, std::generic_category(), folder_.string()};
}

}  // namespace settings
