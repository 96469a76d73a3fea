#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

namespace settings::bench {

/// What a store holds before a measurement begins.
struct Stock {
    std::int64_t keys = 0;  ///< in the document, as synced; named by key_name()
    std::int64_t rows = 0;  ///< in the journal
};

/// More than any benchmark writes, so that no history is pruned while it is measured.
inline constexpr std::int64_t kept_revisions = 100'000'000;

/// The name of a stocked key, and of those that the load generator writes.
[[nodiscard]] std::string key_name(std::int64_t number);

/// Creates the store with this content. Nobody else may have it open.
void fill_store(std::filesystem::path const& file, Stock stock);

}  // namespace settings::bench
