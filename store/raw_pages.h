#pragma once

#include <cstdint>
#include <filesystem>
#include <fstream>
#include <istream>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace settings::store {

/// The pages of a database as they were last committed, without SQLite: whatever is damaged, each
/// page that can be read is there. Changes neither file. See sqlite.org/fileformat2.html.
class RawPages {
  public:
    /// Pages that the write-ahead log has committed stand before those of the database. Either file
    /// may be missing.
    RawPages(std::filesystem::path const& database, std::filesystem::path const& log);

    /// The pages of a database alone.
    explicit RawPages(std::unique_ptr<std::istream> database);

    /// The pages are numbered from 1 to this.
    [[nodiscard]] std::uint32_t count() const { return count_; }

    /// Whether the log has committed anything.
    [[nodiscard]] bool has_log() const { return !in_log_.empty(); }

    /// Bytes of each page.
    [[nodiscard]] std::size_t size() const { return size_; }

    /// Nothing where there is no such page, or the disk cannot read it.
    [[nodiscard]] std::optional<std::string> page(std::uint32_t number);

  private:
    void read_log();

    std::unique_ptr<std::istream> database_;
    std::ifstream log_;
    std::size_t size_ = 0;
    std::uint32_t count_ = 0;
    std::map<std::uint32_t, std::uint64_t> in_log_;  ///< page to its offset in the log
};

/// The number in `bytes` big-endian bytes, as SQLite keeps its numbers.
[[nodiscard]] std::uint64_t big_endian(std::string_view text, std::size_t at, std::size_t bytes);

}  // namespace settings::store
