#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <functional>
#include <vector>

#include "sync/credentials.h"

namespace settings::daemon {

/// Tells when a token file was written, replaced or removed (inotify(7)). It watches the folders,
/// because a file that is replaced by rename is another file. For the loop's thread.
class TokenWatch {
  public:
    TokenWatch(boost::asio::any_io_executor const& executor,
               std::vector<sync::TokenFile> const& files, std::function<void()> changed);

    /// Calls `changed` after each change, until the loop ends. A hint: what the file holds now is
    /// for the reader to find out.
    [[nodiscard]] boost::asio::awaitable<void> run();

  private:
    boost::asio::posix::stream_descriptor inotify_;
    std::function<void()> changed_;
};

}  // namespace settings::daemon
