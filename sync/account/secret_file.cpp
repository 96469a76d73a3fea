#include "sync/account/secret_file.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "model/user.h"
#include "os/descriptor.h"
#include "os/write_durably.h"

namespace settings::sync {
namespace {

using os::Descriptor;

Descriptor open_file(std::filesystem::path const& path, int flags) {
    return Descriptor{open(path.c_str(), flags | O_CLOEXEC, 0600)};
}

std::string name_of(SecretFile const& file) {
    return "the " + file.noun + " " + file.path.string();
}

Error unusable(SecretFile const& file, std::string const& why) {
    return {Errc::bad_request, name_of(file) + " " + why};
}

/// Only a person can mend what the system forbids, or what no path is; all else passes.
bool is_for_a_person(int error) {
    return error == EACCES || error == EPERM || error == ELOOP || error == ENAMETOOLONG;
}

Error unreadable(SecretFile const& file, std::string const& what, int error) {
    return {is_for_a_person(error) ? Errc::storage_broken : Errc::busy,
            name_of(file) + " cannot be " + what + ": " + std::strerror(error)};
}

Error unwritable(SecretFile const& file, int error) {
    bool const full = error == ENOSPC || error == EDQUOT;
    return {full ? Errc::storage_full : Errc::storage_broken,
            name_of(file) + " cannot be written: " + std::strerror(error)};
}

Result<void> check(SecretFile const& file, int descriptor) {
    struct stat status {};
    if (fstat(descriptor, &status) != 0) return unreadable(file, "read", errno);
    if (!S_ISREG(status.st_mode)) return unusable(file, "is not a regular file");
    if (file.guarded) return {};
    if ((status.st_mode & 077) != 0)
        return unusable(file, "may be read or written by others; chmod 600 it");
    if (status.st_uid != geteuid() && status.st_uid != 0)
        return unusable(file, "belongs to user " + name_of_user(status.st_uid) +
                                  ", and not to who started settingsd; choose a file of your own, "
                                  "or: " +
                                  as_user(status.st_uid, "settingsd"));
    return {};
}

/// 0, or the error number.
int write_new(std::filesystem::path const& path, std::string const& content) {
    unlink(path.c_str());  // left behind by a crash
    Descriptor const file = open_file(path, O_WRONLY | O_CREAT | O_EXCL | O_NOFOLLOW);
    bool const is_written = file.is_open() && os::write_durably(file.number(), content);
    return is_written ? 0 : errno;
}

/// Where a new content is written before it takes the old one's place.
std::string fresh_path(SecretFile const& file) { return file.path.string() + ".new"; }

/// Makes a rename or an unlink in the folder durable.
int flush_folder_of(std::filesystem::path const& path) {
    Descriptor const folder = open_file(path.parent_path(), O_RDONLY | O_DIRECTORY);
    return folder.is_open() && fsync(folder.number()) == 0 ? 0 : errno;
}

}  // namespace

Result<std::string> read_secret(SecretFile const& file) {
    Descriptor const opened = open_file(file.path, O_RDONLY | O_NONBLOCK);
    if (!opened.is_open() && (errno == ENOENT || errno == ENOTDIR))
        return Error{Errc::not_found, "there is no " + file.noun + " " + file.path.string()};
    if (!opened.is_open()) return unreadable(file, "opened", errno);
    if (auto const checked = check(file, opened.number()); !checked) return checked.error();

    std::string text(file.bytes_limit + 1, '\0');
    std::size_t size = 0;
    while (size < text.size()) {
        auto const more = ::read(opened.number(), text.data() + size, text.size() - size);
        if (more < 0 && errno == EINTR) continue;
        if (more < 0) return unreadable(file, "read", errno);
        if (more == 0) break;
        size += static_cast<std::size_t>(more);
    }
    if (size > file.bytes_limit) return unusable(file, "is too large");
    text.resize(size);
    return text;
}

Result<void> replace_secret(SecretFile const& file, std::string const& content) {
    auto const fresh = fresh_path(file);
    int error = write_new(fresh, content);
    if (error == 0 && rename(fresh.c_str(), file.path.c_str()) != 0) error = errno;
    if (error != 0) {
        unlink(fresh.c_str());
        return unwritable(file, error);
    }
    error = flush_folder_of(file.path);
    if (error != 0) return unwritable(file, error);
    return {};
}

Result<void> remove_secret(SecretFile const& file) {
    unlink(fresh_path(file).c_str());  // a crash may have left it
    if (unlink(file.path.c_str()) != 0 && errno != ENOENT)
        return Error{Errc::storage_broken,
                     name_of(file) + " cannot be removed: " + std::strerror(errno)};
    if (int const error = flush_folder_of(file.path); error != 0) return unwritable(file, error);
    return {};
}

}  // namespace settings::sync
