#pragma once

#include <boost/asio/any_io_executor.hpp>
#include <boost/asio/awaitable.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <filesystem>
#include <functional>
#include <string>
#include <vector>

#include "loop/signal.h"

namespace settings::daemon {

/// Tells when something happened near one of some files (inotify(7)). It watches their folders,
/// because a file that is replaced is another file; of a folder that is not there yet, the nearest
/// one above that is. For the loop's thread.
///
/// The watch is a convenience: a folder that cannot be watched, because the user's watches are used
/// up, say, is told in the log, once, and stops nothing.
class FileWatch {
  public:
    FileWatch(boost::asio::any_io_executor const& executor,
              std::vector<std::filesystem::path> files, std::function<void()> changed);

    /// Calls `changed` after each event, until the loop ends. The call is a hint: whoever gets it
    /// finds out what has become of the files.
    [[nodiscard]] boost::asio::awaitable<void> run();

    /// Watches what could not be watched before, if it can be now.
    void try_again();

  private:
    void open();
    void watch_folders();
    void tell(std::string const& problem);

    std::vector<std::filesystem::path> files_;
    boost::asio::posix::stream_descriptor inotify_;
    loop::Signal opened_;
    std::function<void()> changed_;
    std::string told_;  ///< the problem that was told last; empty for none
};

}  // namespace settings::daemon
