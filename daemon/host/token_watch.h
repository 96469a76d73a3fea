#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>
#include <vector>

#include "sync/account/credentials.h"

namespace settings::daemon {

/// Tells when something happened near a token file (inotify(7)). It watches the folders, because a
/// file that is replaced by rename is another file; of a folder that is not there yet, the nearest
/// one above that is. For the loop's thread.
class TokenWatch {
  public:
    TokenWatch(boost::asio::any_io_executor const& executor, std::vector<sync::TokenFile> files,
               std::function<void()> changed);

    /// Calls `changed` after each event, until the loop ends. A hint: whether the token is another
    /// one now is for the reader to find out.
    [[nodiscard]] boost::asio::awaitable<void> run();

  private:
    void watch_folders();

    std::vector<sync::TokenFile> files_;
    boost::asio::posix::stream_descriptor inotify_;
    std::function<void()> changed_;
};

}  // namespace settings::daemon
