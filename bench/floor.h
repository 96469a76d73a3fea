#pragma once

#include <chrono>
#include <filesystem>
#include <thread>

#include "os/descriptor.h"
#include "store/sqlite.h"

namespace settings::bench {

/// The least that asking another thread over a Unix socket can cost: one message there and one
/// back, as long as a small edit and its answer.
class PingPong {
  public:
    PingPong();
    ~PingPong();
    PingPong(PingPong const&) = delete;
    PingPong& operator=(PingPong const&) = delete;

    /// Median round trip in microseconds.
    [[nodiscard]] double cost(std::chrono::milliseconds time);

  private:
    os::Descriptor asking_;
    os::Descriptor answering_;
    std::thread echo_;
};

/// The least that making one row durable can cost: one SQLite transaction of one page in WAL mode
/// with synchronous=FULL.
class LoneCommit {
  public:
    /// Creates a database of its own; it has to be on the disk that the daemon uses.
    explicit LoneCommit(std::filesystem::path const& file);

    /// Median commit in microseconds.
    [[nodiscard]] double cost(std::chrono::milliseconds time);

  private:
    store::Connection connection_;
    store::Statement begin_, write_, commit_;
    std::int64_t value_ = 0;
};

}  // namespace settings::bench
