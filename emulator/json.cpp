#include "emulator/json.h"

#include <cmath>
#include <cstdint>

namespace settings::emulator {
namespace {

constexpr int deepest = 512;

/// The largest integer below which every integer has its own double (ECMA-262, MAX_SAFE_INTEGER).
constexpr double largest_integer = 9007199254740991.0;

/// JavaScript has one kind of number and writes a whole one without a fraction.
void write_as_javascript_does(Json& value) {
    if (!value.is_number_float()) return;
    auto const number = value.get<double>();
    if (std::trunc(number) == number && std::abs(number) <= largest_integer)
        value = static_cast<std::int64_t>(number);
}

}  // namespace

std::optional<Json> json_in(std::string_view text) {
    bool is_too_deep = false;
    auto const take = [&](int depth, Json::parse_event_t event, Json& value) {
        if (depth > deepest) is_too_deep = true;
        if (event == Json::parse_event_t::value) write_as_javascript_does(value);
        return !is_too_deep;
    };
    constexpr bool throws = false;
    Json parsed = Json::parse(text, take, throws);
    if (is_too_deep || parsed.is_discarded()) return std::nullopt;
    return parsed;
}

}  // namespace settings::emulator
