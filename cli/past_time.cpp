#include "cli/past_time.h"

#include <algorithm>
#include <array>
#include <boost/algorithm/string/predicate.hpp>
#include <boost/algorithm/string/trim.hpp>
#include <charconv>
#include <optional>
#include <string>

#include "cli/usage_error.h"
#include "settings/status.h"

namespace settings::cli {
namespace {

using std::chrono::seconds;

struct Unit {
    std::string_view name;
    seconds length;
};

constexpr std::chrono::seconds minute = std::chrono::minutes{1};
constexpr std::chrono::seconds hour = std::chrono::hours{1};
constexpr std::chrono::seconds day = std::chrono::days{1};
constexpr std::chrono::seconds week = std::chrono::weeks{1};

constexpr std::array<Unit, 17> units{{{"s", seconds{1}},
                                      {"sec", seconds{1}},
                                      {"second", seconds{1}},
                                      {"seconds", seconds{1}},
                                      {"min", minute},
                                      {"mins", minute},
                                      {"minute", minute},
                                      {"minutes", minute},
                                      {"h", hour},
                                      {"hour", hour},
                                      {"hours", hour},
                                      {"d", day},
                                      {"day", day},
                                      {"days", day},
                                      {"w", week},
                                      {"week", week},
                                      {"weeks", week}}};

constexpr std::int64_t longest = 1'000'000;  ///< most of one unit: more could overflow the sum

std::optional<seconds> span_from(std::string_view text) {
    std::int64_t count = 0;
    auto const* end = text.data() + text.size();
    auto const parsed = std::from_chars(text.data(), end, count);
    if (parsed.ec != std::errc{} || count < 0 || count > longest) return std::nullopt;
    std::string const name = boost::trim_copy(std::string{parsed.ptr, end});
    auto const* unit = std::ranges::find(units, name, &Unit::name);
    if (unit == units.end()) return std::nullopt;
    return count * unit->length;
}

}  // namespace

client::Time past_time(std::string_view text, client::Time now) {
    if (auto const at = client::time_from(text)) return *at;
    std::string const span{boost::ends_with(text, " ago") ? text.substr(0, text.size() - 4) : text};
    if (auto const length = span_from(span)) return now - *length;
    throw UsageError{'"' + std::string{text} +
                     "\" is not a time; write 2026-11-23T19:00:00Z, 10min, or \"2 hours ago\""};
}

}  // namespace settings::cli
