#pragma once

#include <cstdint>
#include <filesystem>
#include <string>

#include "store/retention.h"

namespace settings::bench {

/// What a store holds before a measurement begins.
struct Stock {
    std::int64_t keys = 0;         ///< in the document, as synced; named by key_name()
    std::int64_t rows = 0;         ///< in the journal
    std::int64_t large_bytes = 0;  ///< of one more key, "large", an object of small objects
    bool full = false;  ///< the history may not grow any more: an edit drops an old entry
};

/// How much history a store with this stock keeps. More than any benchmark writes, unless it is
/// full.
[[nodiscard]] store::Retention retention_of(Stock stock);

/// The name of a stocked key, and of those that the load generator writes.
[[nodiscard]] std::string key_name(std::int64_t number);

/// Creates the store with this content. Nobody else may have it open.
void fill_store(std::filesystem::path const& file, Stock stock);

}  // namespace settings::bench
