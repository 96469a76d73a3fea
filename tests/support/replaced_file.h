#pragma once

#include <string>
#include <thread>

#include "tests/support/temporary_folder.h"

namespace settings {

/// Another content for a file of the system's, in the eyes of this thread and of what it starts.
/// The thread's view of files stays its own, with the old content again at the end.
class ReplacedFile {
  public:
    /// Throws std::system_error, as where that takes a privilege.
    ReplacedFile(std::string path, std::string const& content);
    ~ReplacedFile();
    ReplacedFile(ReplacedFile const&) = delete;
    ReplacedFile& operator=(ReplacedFile const&) = delete;

    void write(std::string const& content) const;

  private:
    std::string path_;
    TemporaryFolder folder_;
    std::thread::id thread_ = std::this_thread::get_id();  ///< whose view it is
};

}  // namespace settings
