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

}  // namespace

Result<Lock> Lock::take(std::filesystem::path const& folder) {
    auto const file = folder / "lock";
    if (is_no_plain_file(file))
        throw UnusableStore{file.string() + " is no plain file; move it away"};
    int const descriptor = open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600);
    if (descriptor < 0) throw std::system_error{errno, std::generic_category(), file.string()};
    Lock lock{descriptor};
    if (flock(descriptor, LOCK_EX | LOCK_NB) != 0)
        return Error{Errc::busy, "another settingsd (process " + holder(descriptor) +
                                     ") uses the store in " + folder.string() + "; stop it first"};
    auto const pid = std::to_string(getpid());
    if (ftruncate(descriptor, 0) != 0 || pwrite(descriptor, pid.data(), pid.size(), 0) < 0)
        throw std::system_error{errno, std::generic_category(), file.string()};
    return lock;
}

Lock::Lock(Lock&& other) noexcept : descriptor_{std::exchange(other.descriptor_, -1)} {}

Lock::~Lock() {
    if (descriptor_ >= 0) close(descriptor_);
}

}  // namespace settings::store
