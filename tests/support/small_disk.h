#pragma once

#include <filesystem>

namespace settings {

/// A disk of a few MiB, mounted where only this thread and what it starts from here on see it.
class SmallDisk {
  public:
    /// Mounts it at a folder, which is made if need be. Throws std::system_error, as where that
    /// takes a privilege.
    explicit SmallDisk(std::filesystem::path folder);
    ~SmallDisk();
    SmallDisk(SmallDisk const&) = delete;
    SmallDisk& operator=(SmallDisk const&) = delete;

    /// Leaves no room on it.
    void fill() const;
    /// Leaves room for bytes, and for one more file.
    void fill_but_for_one_file() const;
    /// Takes back what filled it.
    void make_room() const;

    /// Only while nothing on it is open for writing.
    void set_read_only(bool read_only) const;

  private:
    std::filesystem::path folder_;
};

}  // namespace settings
