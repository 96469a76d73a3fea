#include "model/tag.h"

#include <algorithm>
#include <charconv>

namespace settings {
inline namespace model {
namespace {

/// A number as we write it ourselves: all of the text, with neither sign nor leading zeros.
std::optional<Revision> revision_in_tag(std::string_view digits) {
    bool const is_number =
        !digits.empty() && std::ranges::all_of(digits, [](char c) { return c >= '0' && c <= '9'; });
    if (!is_number || (digits.size() > 1 && digits.front() == '0')) return std::nullopt;
    Revision revision = 0;
    auto const [end, error] = std::from_chars(digits.begin(), digits.end(), revision);
    if (error != std::errc{} || end != digits.end()) return std::nullopt;
    return revision;
}

}  // namespace

std::string store_text(StoreId store) {
    std::string text(store_digits, '0');
    for (auto digit = text.rbegin(); store != 0; ++digit, store /= 16)
        *digit = "0123456789abcdef"[store % 16];
    return text;
}

std::optional<StoreId> store_in(std::string_view digits) {
    if (digits.size() != store_digits) return std::nullopt;
    if (digits.find_first_not_of("0123456789abcdef") != digits.npos) return std::nullopt;
    StoreId store = 0;
    std::from_chars(digits.begin(), digits.end(), store, 16);
    return store;
}

std::string text_of(Tag tag) { return std::to_string(tag.revision) + '-' + store_text(tag.store); }

std::optional<Cursor> cursor_in(std::string_view text) {
    auto const dash = text.find('-');
    auto const revision = revision_in_tag(text.substr(0, dash));
    if (!revision) return std::nullopt;
    if (dash == text.npos) return Cursor{*revision, std::nullopt};
    auto const store = store_in(text.substr(dash + 1));
    if (!store) return std::nullopt;
    return Cursor{*revision, *store};
}

}  // namespace model
}  // namespace settings
