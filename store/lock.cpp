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
    os::Descriptor opened{open(file.c_str(), O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)};
    if (!opened.is_open()) throw std::system_error{errno, std::generic_category(), file.string()};
    if (flock(opened.number(), LOCK_EX | LOCK_NB) != 0)
        return Error{Errc::busy, "another settingsd (process " + holder(opened.number()) +
                                     ") uses the store in " + folder.string() + "; stop it first"};
    auto const pid = std::to_string(getpid());
    if (ftruncate(opened.number(), 0) != 0 ||
        pwrite(opened.number(), pid.data(), pid.size(), 0) < 0)
        throw std::system_error{errno, std::generic_category(), file.string()};
    return Lock{std::move(opened)};
}

}  // namespace settings::store
