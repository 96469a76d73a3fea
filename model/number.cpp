#include "model/number.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <string>

#include "model/same.h"

namespace settings {
inline namespace model {
namespace {

/// No double has more digits, all written out.
constexpr std::size_t most_digits = 767;

/// A number as 0.DIGITS times ten to the power; without digits it is zero.
struct Decimal {
    std::string digits;  ///< neither the first nor the last one is 0
    std::int64_t power = 0;

    bool operator==(Decimal const&) const = default;
};

/// Reads a number as JSON or to_chars writes it, without its sign.
Decimal decimal(std::string_view literal) {
    Decimal read;
    auto const mantissa = literal.substr(0, literal.find_first_of("eE"));
    auto const exponent = literal.substr(mantissa.size());
    bool is_fraction = false;
    for (char const c : mantissa) {
        if (c == '-') continue;
        if (c == '.') {
            is_fraction = true;
            continue;
        }
        if (read.digits.empty() && c == '0') {
            if (is_fraction) --read.power;
            continue;
        }
        read.digits += c;
        if (!is_fraction) ++read.power;
    }
    while (read.digits.ends_with('0')) read.digits.pop_back();
    if (read.digits.empty()) return {};
    if (exponent.empty()) return read;
    auto const number = exponent.substr(exponent.size() > 1 && exponent[1] == '+' ? 2 : 1);
    std::int64_t shift = 0;
    std::from_chars(number.data(), number.data() + number.size(), shift);
    read.power += shift;
    return read;
}

/// The value with so many digits, correctly rounded.
Decimal with_digits(double value, std::size_t digits) {
    std::array<char, most_digits + 16> text{};
    auto const done = std::to_chars(text.data(), text.data() + text.size(), value,
                                    std::chars_format::scientific, static_cast<int>(digits) - 1);
    return decimal({text.data(), done.ptr});
}

/// What JavaScript writes for an integer: the fewest digits that name its double, and zeros.
Json through_javascript(Json const& integer) {
    std::array<char, 32> text{};
    auto const done = std::to_chars(text.data(), text.data() + text.size(), integer.get<double>(),
                                    std::chars_format::scientific);
    auto const written = decimal({text.data(), done.ptr});
    auto digits = written.digits;
    digits.resize(static_cast<std::size_t>(written.power), '0');
    return parse_json((text[0] == '-' ? "-" : "") + digits).value();
}

/// Integers that every double keeps are written alike by everybody.
bool may_be_rounded(Json const& number) {
    constexpr std::int64_t max_safe = 9007199254740991;
    if (number.is_number_unsigned()) return number.get<std::uint64_t>() > max_safe;
    return number.is_number_integer() &&
           (number.get<std::int64_t>() > max_safe || number.get<std::int64_t>() < -max_safe);
}

/// Less than a step of what people move by hand: another device's 0.51 is no rounding of 0.5.
bool is_nearly(Json const& one, Json const& other) {
    constexpr double nearly = 1e-2;
    if (one.is_number_integer() && other.is_number_integer()) return false;
    auto const here = one.get<double>();
    auto const there = other.get<double>();
    return std::abs(here - there) <= nearly * std::max(std::abs(here), std::abs(there));
}

}  // namespace

bool says_exactly(std::string_view literal, double value) {
    auto const said = decimal(literal);
    if (said.digits.empty()) return value == 0;
    return said.digits.size() <= most_digits && with_digits(value, said.digits.size()) == said;
}

void unround(Json& value, Json const& known) {
    if (value.is_object() && known.is_object()) {
        for (auto& [name, inner] : value.get_ref<Json::object_t&>())
            if (auto const* there = member(&known, name)) unround(inner, *there);
    } else if (value.is_array() && known.is_array() && value.size() == known.size()) {
        for (std::size_t at = 0; at < value.size(); ++at) unround(value[at], known[at]);
    } else if (value.is_number() && may_be_rounded(known)) {
        if (same(value, through_javascript(known)) || same(value, Json(known.get<double>())))
            value = known;
    }
}

void unround_sent(Json& value, Json const* sent, Json const* before, Json const* ours) {
    if (sent == nullptr) return;
    if (value.is_object()) {
        for (auto& [name, inner] : value.get_ref<Json::object_t&>())
            unround_sent(inner, member(sent, name), member(before, name), member(ours, name));
        return;
    }
    if (!value.is_number() || !sent->is_number()) return;
    bool const is_edited_since = ours == nullptr || !same(*sent, *ours);
    bool const is_old = before != nullptr && same(value, *before);
    if (is_edited_since && !is_old && is_nearly(value, *sent)) value = *sent;
}

}  // namespace model
}  // namespace settings
