#pragma once

#include <boost/asio/any_io_executor.hpp>

#include "loop/deadline.h"

namespace settings::daemon {

/// Gives back what a daemon that is about to rest does not need: free heap, and the mapped code of
/// the program and its libraries. Most of that code ran once, at the start or in a handshake, and
/// the kernel maps 64 KiB around each page that is touched (fault-around). The pages stay in the
/// page cache; what is needed again is back with a minor fault of about a microsecond.
void release_unused_memory();

/// Has it given back when nobody asks for anything any more. Rarely, so that whoever asks now and
/// then, like Prometheus, finds the code where it was. For the loop's thread.
class SpareMemory {
  public:
    explicit SpareMemory(boost::asio::any_io_executor executor);

    /// Something was asked for, and is answered.
    void used();

  private:
    void release();

    loop::Deadline quiet_;
    loop::Deadline::Clock::time_point earliest_ = {};  ///< of the next release
};

}  // namespace settings::daemon
