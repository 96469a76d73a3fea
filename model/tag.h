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

/// Of no store: a number alone, which is taken for one of the store at hand.
inline constexpr StoreId any_store = 0;

/// A store's number as text: so many hexadecimal digits; and back.
inline constexpr std::size_t store_digits = 16;
[[nodiscard]] std::string store_text(StoreId store);
[[nodiscard]] std::optional<StoreId> store_in(std::string_view digits);

/// For clients, to whom it is one word without a meaning: "7-9f86d081884c7d65".
[[nodiscard]] std::string text_of(Tag tag);

/// The inverse of text_of(). A number alone is of any_store.
[[nodiscard]] std::optional<Tag> tag_in(std::string_view text);

}  // namespace model
}  // namespace settings
