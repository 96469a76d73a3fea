#pragma once

#include <sys/types.h>

#include <filesystem>
#include <optional>
#include <string>

namespace settings::cli {

/// The user whose settings root may mean: the owner of the socket, or of the nearest folder above
/// it that is there; else whoever called sudo. Nothing for anybody but root, and where all is
/// root's.
[[nodiscard]] std::optional<uid_t> meant_by_root(std::filesystem::path const& socket);

/// Advice to root, whom no daemon serves, on how to reach those settings; empty for others.
[[nodiscard]] std::string advice_for_root(std::filesystem::path const& socket);

}  // namespace settings::cli
