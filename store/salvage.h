#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <vector>

#include "store/raw_pages.h"
#include "store/sqlite.h"

namespace settings::store {

/// What came of a salvage.
struct Salvaged {
    std::map<std::string, std::size_t> rows;  ///< how many rows were kept, by table
    std::size_t lost_pages = 0;
    std::size_t lost_rows = 0;                     ///< on pages that could be read otherwise
    std::vector<std::string> missing_tables = {};  ///< of which nothing was found at all
};

/// Copies each row of a damaged store that can be read, and that makes sense, into a new and empty
/// one, inside a transaction that the caller holds. Columns are told by their names, whatever order
/// they stand in and whatever others somebody has added, and a table that has another name by its
/// columns. Rows are taken from where the tables lead, and then from pages that nothing leads to
/// any more, told by what they hold.
///
/// Throws SqliteError when the new store does not take them.
[[nodiscard]] Salvaged salvage(RawPages& damaged, Connection& fresh);

}  // namespace settings::store
