#include "daemon/host/token_watch.h"

#include <sys/inotify.h>

#include <array>
#include <boost/asio/buffer.hpp>
#include <cerrno>
#include <system_error>

#include "loop/as_errors.h"

namespace settings::daemon {

namespace asio = boost::asio;

namespace {

constexpr std::uint32_t events_near_a_file = IN_CLOSE_WRITE | IN_MOVED_TO | IN_CREATE | IN_DELETE |
                                             IN_ATTRIB | IN_DELETE_SELF | IN_MOVE_SELF | IN_ONLYDIR;

int make_inotify() {
    int const descriptor = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (descriptor < 0) throw std::system_error{errno, std::generic_category(), "inotify_init1"};
    return descriptor;
}

}  // namespace

TokenWatch::TokenWatch(asio::any_io_executor const& executor, std::vector<sync::TokenFile> files,
                       std::function<void()> changed)
    : files_{std::move(files)}, inotify_{executor, make_inotify()}, changed_{std::move(changed)} {
    watch_folders();
}

/// Watching a folder again changes nothing, so this may be called after each event.
void TokenWatch::watch_folders() {
    for (auto const& file : files_) {
        auto folder = file.path.parent_path();
        while (inotify_add_watch(inotify_.native_handle(), folder.c_str(), events_near_a_file) <
                   0 &&
               folder.has_relative_path())
            folder = folder.parent_path();
    }
}

asio::awaitable<void> TokenWatch::run() {
    std::array<char, 4096> events{};
    for (;;) {
        auto [error, size] =
            co_await inotify_.async_read_some(asio::buffer(events), loop::as_errors);
        if (error) co_return;
        watch_folders();
        changed_();
    }
}

}  // namespace settings::daemon
