#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/revision.h"

namespace settings {
inline namespace model {

/// A random number of one store. A store whose past is not certain, since an older copy was put
/// back or a damaged one was salvaged, gets another one: its revisions name other documents.
using StoreId = std::uint64_t;

/// Names one state of the document of one store, wherever clients keep it: ETag, event id, cursor.
struct Tag {
    Revision revision = 0;
    StoreId store = 0;

    [[nodiscard]] bool operator==(Tag const&) const = default;
};

/// The number of no store, as long as a place for one is empty.
inline constexpr StoreId any_store = 0;

/// A store's number as text: so many hexadecimal digits; and back.
inline constexpr std::size_t store_digits = 16;
[[nodiscard]] std::string store_text(StoreId store);
[[nodiscard]] std::optional<StoreId> store_in(std::string_view digits);

/// For clients, to whom it is one word without a meaning: "7-9f86d081884c7d65".
[[nodiscard]] std::string text_of(Tag tag);

/// Where a client left off: what a tag says, or a revision alone.
struct Cursor {
    Revision revision = 0;
    std::optional<StoreId> store;  ///< nothing for the store at hand, whichever that is

    [[nodiscard]] bool operator==(Cursor const&) const = default;
};

/// The inverse of text_of(), which takes a number alone, too.
[[nodiscard]] std::optional<Cursor> cursor_in(std::string_view text);

}  // namespace model
}  // namespace settings
