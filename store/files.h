#pragma once

#include <cstdint>
#include <filesystem>
#include <vector>

namespace settings::store {

/// What there is of a store: its database, and the files beside it that SQLite and the store made.
[[nodiscard]] std::vector<std::filesystem::path> parts_of(std::filesystem::path const& file);

/// The write-ahead log that belongs to a database.
[[nodiscard]] std::filesystem::path log_of(std::filesystem::path const& file);

/// The name under which something damaged, or somebody else's, is kept: with the date, and new.
[[nodiscard]] std::filesystem::path dated_name(std::filesystem::path const& file);

/// Whether anything stands there that is no plain file, a link included.
[[nodiscard]] bool is_no_plain_file(std::filesystem::path const& file);

/// How many bytes a file has; 0 where there is none.
[[nodiscard]] std::uintmax_t size_of(std::filesystem::path const& file);

/// Makes the names in the folder of a file durable. Throws std::system_error.
void flush_folder_of(std::filesystem::path const& file);

}  // namespace settings::store
