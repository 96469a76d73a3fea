#include "daemon/host/file_watch.h"

#include <spdlog/spdlog.h>
#include <sys/inotify.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <cerrno>
#include <cstring>

#include "loop/as_errors.h"

namespace settings::daemon {

namespace asio = boost::asio;

namespace {

constexpr std::uint32_t events_near_a_file = IN_CLOSE_WRITE | IN_MOVED_TO | IN_MOVED_FROM |
                                             IN_CREATE | IN_DELETE | IN_ATTRIB | IN_DELETE_SELF |
                                             IN_MOVE_SELF | IN_ONLYDIR;

/// Explains an error of inotify(7), whose limits have the errors of full disks and of descriptors.
std::string reason_of(int error) {
    if (error == EMFILE)
        return "the user's inotify instances (fs.inotify.max_user_instances), or this process's "
               "descriptors, are used up";
    if (error == ENOSPC)
        return "the user's inotify watches (fs.inotify.max_user_watches) are used up";
    return std::strerror(error);
}

/// Watches the folder, or the nearest one above it that is there; again, if need be. Returns 0, or
/// the number of an error other than that the folder is not there.
int watch_nearest(int inotify, std::filesystem::path folder) {
    int problem = 0;
    while (inotify_add_watch(inotify, folder.c_str(), events_near_a_file) < 0) {
        if (errno != ENOENT && errno != ENOTDIR && problem == 0) problem = errno;
        if (!folder.has_relative_path()) break;
        folder = folder.parent_path();
    }
    return problem;
}

}  // namespace

FileWatch::FileWatch(asio::any_io_executor const& executor,
                     std::vector<std::filesystem::path> files, std::function<void()> changed)
    : files_{std::move(files)},
      inotify_{executor},
      opened_{executor},
      changed_{std::move(changed)} {
    try_again();
}

void FileWatch::try_again() {
    if (!inotify_.is_open()) open();
    if (inotify_.is_open()) watch_folders();
}

void FileWatch::open() {
    int const descriptor = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (descriptor < 0) return tell(reason_of(errno));
    inotify_.assign(descriptor);
    opened_.notify();
}

void FileWatch::watch_folders() {
    std::string problem;
    for (auto const& file : files_)
        if (int const error = watch_nearest(inotify_.native_handle(), file.parent_path()))
            problem = file.parent_path().string() + ": " + reason_of(error);
    tell(problem);
}

void FileWatch::tell(std::string const& problem) {
    if (!problem.empty() && problem != told_)
        spdlog::warn(
            "files cannot be watched: {}; a new token, or a socket that was removed, is noticed at "
            "SIGHUP (systemctl --user reload settingsd), and no more by itself",
            problem);
    told_ = problem;
}

asio::awaitable<void> FileWatch::run() {
    std::array<char, 4096> events{};
    for (;;) {
        if (!inotify_.is_open()) {
            co_await opened_.wait_until(loop::Signal::Clock::time_point::max());
            continue;
        }
        auto [error, size] =
            co_await inotify_.async_read_some(asio::buffer(events), loop::as_errors);
        if (error) co_return;
        watch_folders();
        changed_();
    }
}

}  // namespace settings::daemon
