#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace settings::store {

// What a store holds beyond the form of its rows. Damage may read back as anything.

/// Whether a text can stand in a column: JSON where that has to be, a path of one name at least,
/// anywhere UTF-8.
[[nodiscard]] bool has_meaning(std::string_view table, std::string_view column,
                               std::string const& text);

/// Whether a revision, or another number that rows are counted by, can have been given by us: with
/// room behind it for all that are still to come.
[[nodiscard]] bool is_number_of_ours(std::int64_t number);

}  // namespace settings::store
