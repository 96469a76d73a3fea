#pragma once

#include <filesystem>
#include <string>
#include <string_view>

namespace settings::emulator {

/// Writes a file that only its owner may read (0600), whole or not at all: by rename.
/// Throws std::runtime_error that names the file and the reason.
void write_private_file(std::filesystem::path const& path, std::string_view text);

/// The text of a file. Throws std::runtime_error that names the file and the reason.
[[nodiscard]] std::string read_file(std::filesystem::path const& path);

/// A new directory of our own under the system's temporary one, removed with all in it at the end.
class TemporaryDirectory {
  public:
    /// Throws std::runtime_error.
    TemporaryDirectory();
    ~TemporaryDirectory();
    TemporaryDirectory(TemporaryDirectory const&) = delete;
    TemporaryDirectory& operator=(TemporaryDirectory const&) = delete;

    [[nodiscard]] std::filesystem::path const& path() const { return path_; }

  private:
    std::filesystem::path path_;
};

}  // namespace settings::emulator
