#pragma once

#include <algorithm>
#include <charconv>
#include <optional>
#include <string_view>

namespace settings::ipc {

// Reading what stands in a target or in a header.

[[nodiscard]] inline bool equal_ignoring_case(std::string_view a, std::string_view b) {
    auto const lower = [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; };
    return std::equal(a.begin(), a.end(), b.begin(), b.end(),
                      [lower](char x, char y) { return lower(x) == lower(y); });
}

[[nodiscard]] inline bool all_digits(std::string_view text) {
    return std::all_of(text.begin(), text.end(), [](char c) { return c >= '0' && c <= '9'; });
}

/// A decimal number as we write it ourselves.
template <class Number>
[[nodiscard]] std::optional<Number> number_in(std::string_view digits) {
    if (digits.empty() || !all_digits(digits) || (digits.size() > 1 && digits.front() == '0'))
        return std::nullopt;
    Number number = 0;
    auto const [end, error] = std::from_chars(digits.begin(), digits.end(), number);
    if (error != std::errc{} || end != digits.end()) return std::nullopt;
    return number;
}

}  // namespace settings::ipc
