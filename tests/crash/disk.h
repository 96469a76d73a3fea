#pragma once

#include <map>
#include <random>
#include <string>
#include <vector>

#include "tests/crash/trace.h"

namespace settings::crash {

/// The files of a folder by their names.
using Files = std::map<std::string, std::string>;

/// What a disk may hold after a power cut, deed by deed.
///
/// What was flushed is there. Of what was written since, each write may be there, or not, or some
/// of its sectors of 512 bytes alone, in any order. Names change in the order in which they were
/// changed, as on journaling file systems, and are there for certain once the folder was flushed; a
/// new file's own name also once the file was (ext4, XFS and Btrfs do as much).
class Disk {
  public:
    enum class Kind {
        honest,
        ignores_flushes,  ///< to see that the tests notice
    };

    explicit Disk(Kind kind = Kind::honest) : kind_{kind} {}

    void carry_out(Deed const& deed);

    using Chance = std::mt19937_64;

    /// One of the many things that may be there after a power cut at this moment.
    [[nodiscard]] Files after_power_cut(Chance& chance) const;

    /// What a program sees at this moment.
    [[nodiscard]] Files as_seen() const;

    /// The last state that was promised until now.
    [[nodiscard]] std::size_t promised() const { return promised_; }

  private:
    using Change = std::variant<Write, Resize>;
    struct File {
        std::string flushed;
        std::vector<Change> since;
    };
    using NameChange = std::variant<Link, Unlink, Rename>;
    using Names = std::map<std::string, FileId>;

    void on(Link const& link) { renamed_.emplace_back(link); }
    void on(Unlink const& unlink) { renamed_.emplace_back(unlink); }
    void on(Rename const& rename) { renamed_.emplace_back(rename); }
    void on(Write const& write) { files_[write.file].since.emplace_back(write); }
    void on(Resize const& resize) { files_[resize.file].since.emplace_back(resize); }
    void on(Flush const& flush);
    void on(FlushFolder const& flush);
    void on(Promise const& promise) { promised_ = promise.state; }

    void keep_name_of(FileId file);
    [[nodiscard]] std::string content(FileId file) const;

    Kind kind_;
    std::map<FileId, File> files_;
    Names names_;                      ///< on disk
    std::vector<NameChange> renamed_;  ///< since
    std::size_t promised_ = 0;
};

}  // namespace settings::crash
