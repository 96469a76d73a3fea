#pragma once

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <span>
#include <string_view>
#include <utility>

#include "model/result.h"
#include "model/tag.h"
#include "os/descriptor.h"
#include "snapshot/format.h"
#include "snapshot/records.h"

namespace settings::snapshot {

/// One file that apps map, and its only writer.
///
/// A record is never changed once its offset is in the index: a reader that has loaded the offset
/// reads it plainly, without a lock and without a second look. What is new is appended, until the
/// file is full; then it is for the caller to make another one.
///
/// Neither a full disk nor what others do to the file ends the process: all of its blocks are there
/// before it is mapped, and nothing that is read back from it is believed.
class MappedFile {
  public:
    struct Size {
        std::size_t slots;  ///< of the index; a power of two
        std::size_t arena;  ///< bytes for records
    };

    /// Makes an empty file, in place of any other one. Mode 0600, and locked as long as this is
    /// there, by which readers tell it from what a killed daemon left. Errors: storage_full,
    /// whatever the reason is for which the folder does not take it.
    [[nodiscard]] static Result<MappedFile> create(std::filesystem::path path, StoreId store,
                                                   Size size);

    MappedFile(MappedFile&&) noexcept = default;
    MappedFile& operator=(MappedFile&& other) noexcept;

    /// Tells the readers to look for another file, and removes this one if it is still at its path.
    ~MappedFile();

    /// Appends the records and has the index lead to them; wakes who waits. False, and of no more
    /// use, when they do not fit, or the file is not as it was written.
    [[nodiscard]] bool commit(Revision revision, Records const& records);

    /// Renames the file over what is at `path`. Errors: storage_full, as create().
    [[nodiscard]] Result<void> move_to(std::filesystem::path path);

    /// Whether readers still find this file, whole, at its path.
    [[nodiscard]] bool is_in_place() const;

    /// The file, as readers map it.
    [[nodiscard]] std::span<std::byte const> bytes() const {
        return {mapping_.get(), mapping_.get_deleter().bytes};
    }

  private:
    struct Unmap {
        std::size_t bytes = 0;
        void operator()(std::byte* mapping) const;
    };
    using Mapping = std::unique_ptr<std::byte, Unmap>;

    MappedFile(std::filesystem::path path, os::Descriptor file, Mapping mapping, Size size,
               StoreId store);

    [[nodiscard]] bool lead_to(std::size_t record, std::string_view key);
    [[nodiscard]] bool take_slot();
    [[nodiscard]] std::optional<std::string_view> key_at(std::size_t record) const;
    template <class T>
    [[nodiscard]] T& at(std::size_t offset) const;
    [[nodiscard]] Header& header() const { return at<Header>(0); }

    std::filesystem::path path_;
    os::Descriptor file_;
    Mapping mapping_;
    std::size_t slots_;
    std::size_t slots_taken_ = 0;
    std::size_t end_;  ///< where the next record begins
};

/// Tells the readers of a file to look for another one: of one's own, or of a daemon that was
/// killed.
void retire(os::Descriptor const& file);

/// Retires and removes what a daemon that was killed has left at a path. What is no such file
/// stays.
void clear_away(std::filesystem::path const& path);

}  // namespace settings::snapshot
