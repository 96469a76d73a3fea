#include "ipc/prefer.h"

#include <algorithm>

#include "ipc/text.h"

namespace settings::ipc {
namespace {

std::string_view trimmed(std::string_view text) {
    while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
    while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
    return text;
}

/// What is left of the first `separator`, without blanks; the rest stays in `list`.
std::string_view take_item(std::string_view& list, char separator) {
    auto const item = list.substr(0, list.find(separator));
    list.remove_prefix(std::min(list.size(), item.size() + 1));
    return trimmed(item);
}

}  // namespace

Wait wait_in(std::optional<std::string_view> prefer) {
    for (auto list = prefer.value_or(""); !list.empty();) {
        auto preference = take_item(list, ',');
        preference = take_item(preference, ';');
        if (!equal_ignoring_case(take_item(preference, '='), "wait")) continue;
        auto value = trimmed(preference);
        if (value.size() > 1 && value.front() == '"' && value.back() == '"')
            value = value.substr(1, value.size() - 2);
        auto const seconds = number_in<int>(value);
        if (!seconds) return std::nullopt;
        return std::min(std::chrono::seconds{*seconds}, longest_wait);
    }
    return std::nullopt;
}

}  // namespace settings::ipc
