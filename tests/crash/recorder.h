#pragma once

#include <filesystem>

#include "tests/crash/trace.h"

namespace settings::crash {

/// Records what this process does to the files of one folder, from its start to its end.
///
/// Not a VFS of SQLite, which would see the database's calls alone: the store also renames and
/// flushes by itself. The recorder stands in front of the C library's functions instead, for which
/// the program has to export its symbols. Files in memory that processes share (-shm) are no part
/// of what a disk holds, and are left out. One at a time; any thread may write.
class Recorder {
  public:
    /// What is in the folder counts as on disk.
    explicit Recorder(std::filesystem::path const& folder);
    Recorder(Recorder const&) = delete;
    Recorder& operator=(Recorder const&) = delete;
    ~Recorder();

    void promise(std::size_t state);

    /// What was recorded so far. Throws std::logic_error when the folder holds anything but what
    /// follows from the trace: then a call was missed.
    [[nodiscard]] Trace trace() const;

  private:
    std::filesystem::path folder_;
};

}  // namespace settings::crash
