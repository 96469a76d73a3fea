#pragma once

#include <filesystem>
#include <string>

namespace settings::crash {

/// What a store holds, as one text: settings, mirror, history, what was sent, refused and kept.
/// Empty for a store without any of it, and where there is no store. Throws store::SqliteError.
[[nodiscard]] std::string contents_of(std::filesystem::path const& store);

/// What SQLite finds wrong with the file; empty when it is sound.
[[nodiscard]] std::string damage_of(std::filesystem::path const& store);

}  // namespace settings::crash
