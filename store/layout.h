#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace settings::store {

/// What stands where in the rows of a table.
struct Layout {
    std::vector<std::string> columns;  ///< their names, in the order of the values of a row
    std::optional<std::size_t> rowid;  ///< the one whose value is the number of the row
};

/// Reads the layout from the statement that made a table, as the table sqlite_schema keeps it.
/// Nothing for a text that SQLite does not take. It is carried out in memory alone, and computes
/// nothing.
[[nodiscard]] std::optional<Layout> layout_of(std::string const& sql);

}  // namespace settings::store
