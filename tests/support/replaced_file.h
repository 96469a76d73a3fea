#pragma once

#include <string>

#include "tests/support/temporary_folder.h"

namespace settings {

/// Another content for a file of the system's, in the eyes of this thread and of what it starts.
class ReplacedFile {
  public:
    /// Throws std::system_error, as where that takes a privilege.
    ReplacedFile(std::string path, std::string const& content);
    ~ReplacedFile();
    ReplacedFile(ReplacedFile const&) = delete;
    ReplacedFile& operator=(ReplacedFile const&) = delete;

  private:
    std::string path_;
    TemporaryFolder folder_;
};

}  // namespace settings
