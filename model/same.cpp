#include "model/same.h"

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <tuple>
#include <utility>

namespace settings {
inline namespace model {
namespace {

/// The first double that is no 64-bit integer any more.
constexpr double beyond_signed = 9223372036854775808.0;
constexpr double beyond_unsigned = 18446744073709551616.0;

bool is_exactly(double value, std::int64_t integer) {
    return value >= -beyond_signed && value < beyond_signed && std::trunc(value) == value &&
           static_cast<std::int64_t>(value) == integer;
}

bool is_exactly(double value, std::uint64_t integer) {
    return value >= 0 && value < beyond_unsigned && std::trunc(value) == value &&
           static_cast<std::uint64_t>(value) == integer;
}

bool is_exactly(double value, Json const& integer) {
    if (integer.is_number_unsigned()) return is_exactly(value, integer.get<std::uint64_t>());
    return is_exactly(value, integer.get<std::int64_t>());
}

bool same_integers(Json const& a, Json const& b) {
    if (a.is_number_unsigned() == b.is_number_unsigned()) return a == b;
    auto const& [natural, other] = a.is_number_unsigned() ? std::tie(a, b) : std::tie(b, a);
    return std::cmp_equal(natural.get<std::uint64_t>(), other.get<std::int64_t>());
}

bool same_numbers(Json const& a, Json const& b) {
    if (a.is_number_float() && b.is_number_float()) return a == b;
    if (a.is_number_float()) return is_exactly(a.get<double>(), b);
    if (b.is_number_float()) return is_exactly(b.get<double>(), a);
    return same_integers(a, b);
}

bool same_members(Json::object_t const& a, Json::object_t const& b) {
    return std::ranges::equal(a, b, [](auto const& one, auto const& other) {
        return one.first == other.first && same(one.second, other.second);
    });
}

bool same_elements(Json::array_t const& a, Json::array_t const& b) {
    return std::ranges::equal(a, b,
                              [](Json const& one, Json const& other) { return same(one, other); });
}

}  // namespace

bool same(Json const& a, Json const& b) {
    if (a.is_number() && b.is_number()) return same_numbers(a, b);
    if (a.type() != b.type()) return false;
    if (a.is_object())
        return same_members(a.get_ref<Json::object_t const&>(), b.get_ref<Json::object_t const&>());
    if (a.is_array())
        return same_elements(a.get_ref<Json::array_t const&>(), b.get_ref<Json::array_t const&>());
    return a == b;
}

bool same(Json const* a, Json const* b) {
    if (a == nullptr || b == nullptr) return a == b;
    return same(*a, *b);
}

}  // namespace model
}  // namespace settings
