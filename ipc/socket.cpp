#include "ipc/socket.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <stdexcept>
#include <string>
#include <system_error>

#include "model/user.h"
#include "os/system_folder.h"

namespace settings::ipc {
namespace {

namespace fs = std::filesystem;
using os::Descriptor;

[[noreturn]] void refuse(fs::path const& path, std::string const& why) {
    throw std::runtime_error{path.string() + ": " + why};
}

[[noreturn]] void refuse_errno(fs::path const& path, char const* what) {
    throw std::system_error{errno, std::system_category(), path.string() + ": " + what};
}

sockaddr_un address_of(fs::path const& path) {
    sockaddr_un address{};
    address.sun_family = AF_UNIX;
    std::string const& name = path.native();
    if (name.size() >= sizeof address.sun_path)
        refuse(path, "a socket's path must be shorter than " +
                         std::to_string(sizeof address.sun_path) + " bytes");
    std::memcpy(address.sun_path, name.c_str(), name.size() + 1);
    return address;
}

char const* kind_of(mode_t mode) {
    if (S_ISLNK(mode)) return "a symbolic link";
    if (S_ISDIR(mode)) return "a directory";
    return "a file that is no socket";
}

constexpr char const* choose_another =
    "choose a folder of its own for the socket: socket.path in the configuration";

void check_owner(fs::path const& directory, struct stat const& status) {
    if (status.st_uid == geteuid()) return;
    auto const advice =
        os::is_system_folder(directory, status.st_mode)
            ? choose_another
            : "choose a directory of your own, or: " +
                  advice_on_owner(directory.string(), status.st_uid, geteuid(), "settingsd");
    refuse(directory, "belongs to user " + name_of_user(status.st_uid) + ", not to user " +
                          name_of_user(geteuid()) + "; " + advice);
}

/// Refuses a folder in which others could put another socket in the place of ours.
void check_mode(fs::path const& directory, struct stat const& status) {
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) == 0) return;
    auto const advice = os::is_system_folder(directory, status.st_mode)
                            ? choose_another
                            : "run \"chmod 0700 " + directory.string() + "\"";
    refuse(directory, "others may write to it; " + advice);
}

/// Says what keeps a directory from being opened.
[[noreturn]] void refuse_unopened(fs::path const& directory, int error) {
    struct stat status {};
    if (lstat(directory.c_str(), &status) != 0) refuse_errno(directory, "cannot be examined");
    if (!S_ISDIR(status.st_mode))
        refuse(directory, std::string{"is "} + kind_of(status.st_mode) +
                              " where the socket's directory should be; move it away, or choose "
                              "another path for the socket");
    check_owner(directory, status);
    errno = error;
    refuse_errno(directory, "cannot be opened as a directory of its own");
}

/// Makes the socket's directory. Returns whether it is new.
bool make_directory(fs::path const& directory) {
    if (mkdir(directory.c_str(), 0700) == 0) return true;
    if (errno == ENOENT)
        refuse(directory, "cannot be created: there is no " + directory.parent_path().string() +
                              "; a session has it, or name another place by XDG_RUNTIME_DIR or "
                              "by socket.path in the configuration");
    if (errno != EEXIST) refuse_errno(directory, "cannot be created");
    return false;
}

/// Opens the socket's directory and makes sure that nobody else can put anything into it.
Descriptor open_directory(fs::path const& directory, Through through) {
    bool const is_new = make_directory(directory);
    Descriptor opened{open(directory.c_str(), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)};
    if (!opened.is_open()) refuse_unopened(directory, errno);
    struct stat status {};
    if (fstat(opened.number(), &status) != 0) refuse_errno(directory, "cannot be examined");
    check_owner(directory, status);
    check_mode(directory, status);
    if (is_new && through == Through::everybody && fchmod(opened.number(), 0711) != 0)
        refuse_errno(directory, "cannot be opened to others");
    return opened;
}

Descriptor open_socket(fs::path const& path) {
    Descriptor opened{socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0)};
    if (!opened.is_open()) refuse_errno(path, "no socket");
    return opened;
}

/// Takes away a socket that nobody listens on; refuses anything else.
void clear_way(fs::path const& path, int directory, sockaddr_un const& address) {
    struct stat status {};
    std::string const name = path.filename().string();
    if (fstatat(directory, name.c_str(), &status, AT_SYMLINK_NOFOLLOW) != 0) {
        if (errno == ENOENT) return;
        refuse_errno(path, "cannot be examined");
    }
    if (!S_ISSOCK(status.st_mode))
        refuse(path, std::string{"is "} + kind_of(status.st_mode) +
                         "; remove it, or choose another path for the socket");
    Descriptor const probe = open_socket(path);
    int const connected =
        connect(probe.number(), reinterpret_cast<sockaddr const*>(&address), sizeof address);
    // EAGAIN: somebody listens, but has many waiting already.
    if (connected == 0 || errno == EAGAIN)
        refuse(path, "another daemon listens there; stop it, or choose another path");
    if (errno != ECONNREFUSED) refuse_errno(path, "cannot tell whether a daemon listens there");
    if (unlinkat(directory, name.c_str(), 0) != 0)
        refuse_errno(path, "the stale socket cannot be removed");
}

}  // namespace

Descriptor listen_on(fs::path const& path, Through through) {
    sockaddr_un const address = address_of(path);
    fs::path const directory_path = path.has_parent_path() ? path.parent_path() : ".";
    Descriptor const directory = open_directory(directory_path, through);
    // Held until we listen: else a second start could take our socket for a stale one.
    if (flock(directory.number(), LOCK_EX) != 0) refuse_errno(directory_path, "cannot be locked");
    clear_way(path, directory.number(), address);
    Descriptor listening = open_socket(path);
    // Linux gives the file the socket's mode, less the umask, so it is never there with any other.
    if (fchmod(listening.number(), 0600) != 0) refuse_errno(path, "cannot be made private");
    if (bind(listening.number(), reinterpret_cast<sockaddr const*>(&address), sizeof address) != 0)
        refuse_errno(path, "cannot be bound");
    // The umask would keep this out of the mode above; nobody else can change the folder.
    if (through == Through::everybody &&
        fchmodat(directory.number(), path.filename().c_str(), 0666, 0) != 0)
        refuse_errno(path, "cannot be opened to others");
    if (listen(listening.number(), SOMAXCONN) != 0) refuse_errno(path, "cannot be listened on");
    return listening;
}

bool is_listening_on(int fd, fs::path const& path, Through through) {
    struct stat status {};
    if (path_of(fd) != path || lstat(path.c_str(), &status) != 0) return false;
    mode_t const right = through == Through::everybody ? 0666 : 0600;
    return S_ISSOCK(status.st_mode) && (status.st_mode & 0777) == right;
}

void check_listening(int fd) {
    auto const option = [fd](int name) {
        int value = -1;
        socklen_t size = sizeof value;
        return getsockopt(fd, SOL_SOCKET, name, &value, &size) == 0 ? value : -1;
    };
    if (option(SO_DOMAIN) != AF_UNIX || option(SO_TYPE) != SOCK_STREAM ||
        option(SO_ACCEPTCONN) != 1)
        throw std::runtime_error{"descriptor " + std::to_string(fd) +
                                 " is not a listening Unix stream socket; see ListenStream= in "
                                 "the socket unit"};
}

std::optional<FileMark> mark_of(fs::path const& path) {
    struct statx file {};
    if (statx(AT_FDCWD, path.c_str(), AT_SYMLINK_NOFOLLOW, STATX_INO | STATX_BTIME, &file) != 0)
        return std::nullopt;
    constexpr std::int64_t second = 1'000'000'000;
    bool const is_born = (file.stx_mask & STATX_BTIME) != 0;
    return FileMark{std::uint64_t{file.stx_dev_major} << 32U | file.stx_dev_minor, file.stx_ino,
                    is_born ? file.stx_btime.tv_sec * second + file.stx_btime.tv_nsec : 0};
}

fs::path path_of(int fd) {
    sockaddr_un address{};
    socklen_t size = sizeof address;
    if (getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size) != 0) return {};
    // The kernel's path need not end in a zero (unix(7)).
    return std::string{address.sun_path, strnlen(address.sun_path, sizeof address.sun_path)};
}

void check_private(int fd) {
    auto const path = path_of(fd);
    struct stat status {};
    // In a sandbox the path may lead nowhere; then nobody gets in by it from here either.
    if (path.empty() || stat(path.c_str(), &status) != 0) return;
    // To connect is to write (unix(7)).
    if ((status.st_mode & (S_IWGRP | S_IWOTH)) != 0)
        refuse(path, "others may connect to it; set SocketMode=0600 in the socket unit");
    auto const folder = path.parent_path();
    if (stat(folder.c_str(), &status) != 0 || (status.st_mode & (S_IWGRP | S_IWOTH)) == 0) return;
    auto const advice =
        os::is_system_folder(folder, status.st_mode)
            ? std::string{"name a folder of its own in ListenStream= of the socket unit"}
            : "set DirectoryMode=0700 in the socket unit, or run \"chmod 0700 " + folder.string() +
                  "\"";
    refuse(folder, "others may write to it; " + advice);
}

}  // namespace settings::ipc
