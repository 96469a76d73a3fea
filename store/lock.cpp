#include "store/lock.h"

#include <fcntl.h>
#include <sys/file.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <string>
#include <system_error>
#include <utility>

#include "store/files.h"
#include "store/schema.h"

namespace settings::store {
namespace {

std::string holder(int descriptor) {
    std::array<char, 32> text{};
    auto const size = pread(descriptor, text.data(), text.size(), 0);
    return size > 0 ? std::string{text.data(), static_cast<std::size_t>(size)} : "unknown";
}

/// The name of a process is for people: a disk that does not take it is no reason not to start.
void tell_holder(int descriptor) {
    auto const pid = std::to_string(getpid());
    bool const is_told =
        ftruncate(descriptor, 0) == 0 && pwrite(descriptor, pid.data(), pid.size(), 0) >= 0;
    static_cast<void>(is_told);
}

/// What is to be locked. Of a disk that cannot be written at least the folder is there. A file that
/// is closed to us may be locked by somebody else.
int open_what_is_there(std::filesystem::path const& folder) {
    auto const file = folder / "lock";
    int const writable = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (writable >= 0) return writable;
    int const readable = open(file.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
    if (readable >= 0 || errno != ENOENT) return readable;
    return open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

}  // namespace

Result<Lock> Lock::take(std::filesystem::path const& folder) {
    auto const file = folder / "lock";
    if (is_no_plain_file(file))
        throw UnusableStore{file.string() + " is no plain file; move it away"};
    os::Descriptor opened{open_what_is_there(folder)};
    if (!opened.is_open()) throw std::system_error{errno, std::generic_category(), file.string()};
    if (flock(opened.number(), LOCK_EX | LOCK_NB) != 0)
        return Error{Errc::busy, "another settingsd (process " + holder(opened.number()) +
                                     ") uses the store in " + folder.string() + "; stop it first"};
    tell_holder(opened.number());
    return Lock{std::move(opened)};
}

}  // namespace settings::store
