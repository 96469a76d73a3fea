#include "tests/support/replaced_file.h"

#include <sched.h>
#include <sys/mount.h>

#include <cerrno>
#include <fstream>
#include <system_error>
#include <utility>

namespace settings {

namespace {

void check(int result, std::string const& doing) {
    if (result < 0) throw std::system_error{errno, std::generic_category(), doing};
}

}  // namespace

ReplacedFile::ReplacedFile(std::string path, std::string const& content) : path_{std::move(path)} {
    write(content);
    auto const file = (folder_ / "content").string();
    check(unshare(CLONE_NEWNS), "a view of the files of this thread's own");
    check(mount(nullptr, "/", nullptr, MS_REC | MS_PRIVATE, nullptr), "a private view of files");
    check(mount(file.c_str(), path_.c_str(), nullptr, MS_BIND, nullptr), path_);
}

ReplacedFile::~ReplacedFile() {
    if (std::this_thread::get_id() == thread_) umount2(path_.c_str(), MNT_DETACH);
}

void ReplacedFile::write(std::string const& content) const {
    std::ofstream{folder_ / "content"} << content;
}

}  // namespace settings
