#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <vector>

#include "store/raw_pages.h"
#include "store/sqlite.h"

namespace settings::store {

/// One row as a page holds it.
struct RawRow {
    std::optional<std::int64_t> rowid;  ///< nothing in an index, and in a table WITHOUT ROWID
    std::vector<SqlValue> values;
    /// The places of fractions and blobs, in ascending order. No table of ours has any, so their
    /// values are not kept.
    std::vector<std::size_t> odd;
};

/// What stands on one page of a b-tree.
struct RawPage {
    std::vector<RawRow> rows;
    std::vector<std::uint32_t> children;  ///< numbers of the pages below this one
    std::size_t unreadable = 0;           ///< rows, or children, that make no sense
};

/// Reads a page of a b-tree: each row that can be read, whatever became of those beside it. Nothing
/// when the page cannot be read, or is no page of a b-tree.
[[nodiscard]] std::optional<RawPage> read_raw(RawPages& pages, std::uint32_t number);

/// By number, the pages that the database says are free: what still stands there was deleted, or
/// stands elsewhere now. Empty when its first page cannot be read.
[[nodiscard]] std::vector<bool> free_pages(RawPages& pages);

}  // namespace settings::store
