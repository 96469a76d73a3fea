#include "daemon/token_watch.h"

#include <sys/inotify.h>

#include <array>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/buffer.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>
#include <system_error>

namespace settings::daemon {

namespace asio = boost::asio;

namespace {

int make_inotify(std::vector<sync::TokenFile> const& files) {
    int const descriptor = inotify_init1(IN_CLOEXEC | IN_NONBLOCK);
    if (descriptor < 0) throw std::system_error{errno, std::generic_category(), "inotify_init1"};
    // A folder that does not exist yet cannot be watched; a reload or `settingsctl sync` looks
    // again.
    for (auto const& file : files)
        inotify_add_watch(descriptor, file.path.parent_path().c_str(),
                          IN_CLOSE_WRITE | IN_MOVED_TO | IN_DELETE | IN_ATTRIB);
    return descriptor;
}

}  // namespace

TokenWatch::TokenWatch(asio::any_io_executor const& executor,
                       std::vector<sync::TokenFile> const& files, std::function<void()> changed)
    : inotify_{executor, make_inotify(files)}, changed_{std::move(changed)} {}

asio::awaitable<void> TokenWatch::run() {
    constexpr auto as_errors = asio::as_tuple(asio::use_awaitable);
    std::array<char, 4096> events{};
    for (;;) {
        auto [error, size] = co_await inotify_.async_read_some(asio::buffer(events), as_errors);
        if (error) co_return;
        changed_();
    }
}

}  // namespace settings::daemon
