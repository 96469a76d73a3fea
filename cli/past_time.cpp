#include "cli/past_time.h"

#include <algorithm>
#include <array>
#include <boost/algorithm/string/classification.hpp>
#include <boost/algorithm/string/erase.hpp>
#include <boost/algorithm/string/predicate.hpp>
#include <boost/algorithm/string/split.hpp>
#include <charconv>
#include <optional>
#include <string>
#include <vector>

#include "cli/layout.h"
#include "cli/usage_error.h"
#include "model/rfc3339.h"
#include "settings/status.h"

namespace settings::cli {
namespace {

using client::Time;
using std::chrono::milliseconds;
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

/// Reads numbers with units: "90s", "2 days", "1h 30min".
std::optional<seconds> span_from(std::string text) {
    boost::erase_all(text, " ");
    seconds sum{0};
    char const* at = text.data();
    char const* const end = at + text.size();
    do {
        std::int64_t count = 0;
        auto const number = std::from_chars(at, end, count);
        if (number.ec != std::errc{} || count < 0 || count > longest) return std::nullopt;
        auto const* const name_end =
            std::find_if(number.ptr, end, [](char c) { return c < 'a' || c > 'z'; });
        std::string_view const name{number.ptr, name_end};
        auto const* unit = std::ranges::find(units, name, &Unit::name);
        if (unit == units.end()) return std::nullopt;
        sum += count * unit->length;
        at = name_end;
    } while (at != end);
    return sum;
}

/// A date and time on a clock on the wall, taken as if that clock went by UTC.
struct Shown {
    Time time;
    bool is_a_day = false;  ///< nothing was said of the time of day
    std::string zone;       ///< empty when it was not said
};

std::string date_text(Time shown) {
    return rfc3339(milliseconds{shown.time_since_epoch()}.count()).substr(0, 10);
}

/// The date that a word names, as "2026-11-23"; nothing for another word.
std::optional<std::string> date_from(std::string const& word, Time now) {
    auto const today = now + offset_at(now);
    if (word == "today") return date_text(today);
    if (word == "yesterday") return date_text(today - day);
    bool const is_like_a_date = word.size() == 10 && word[4] == '-' && word[7] == '-';
    return is_like_a_date ? std::optional{word} : std::nullopt;
}

/// Reads "2026-11-23 19:00:00 CET", of which the day, the time of day or the zone may be left out.
std::optional<Shown> shown_from(std::string text, Time now) {
    if (text.size() > 10 && text[10] == 'T') text[10] = ' ';
    std::vector<std::string> words;
    boost::split(words, text, boost::is_any_of(" "), boost::token_compress_on);
    auto word = words.begin();
    auto const date = date_from(*word, now);
    if (date) ++word;
    bool const has_time = word != words.end() && word->find(':') != word->npos;
    if (!date && !has_time) return std::nullopt;
    auto time = has_time ? *word++ : "00:00";
    if (time.size() == 5) time += ":00";
    auto const zone = word != words.end() ? *word++ : std::string{};
    auto const day_of = date ? *date : date_text(now + offset_at(now));
    auto const shown = client::time_from(day_of + 'T' + time + 'Z');
    bool const is_zone = zone.empty() || zone.front() < '0' || zone.front() > '9';
    if (!shown || !is_zone || word != words.end()) return std::nullopt;
    return Shown{*shown, !has_time, zone};
}

/// The moments at which the clocks here show that: none where they are put forward over it, two
/// where they are put back.
std::vector<Time> moments_of(Shown const& shown) {
    std::vector<Time> moments;
    for (auto const offset : {offset_at(shown.time - day), offset_at(shown.time + day)}) {
        auto const at = shown.time - offset;
        bool const is_known = std::ranges::find(moments, at) != moments.end();
        bool const is_of_zone = shown.zone.empty() || zone_at(at) == shown.zone;
        if (offset_at(at) == offset && is_of_zone && !is_known) moments.push_back(at);
    }
    return moments;
}

[[noreturn]] void refuse_time(std::string const& text, std::string const& why) {
    throw UsageError{'"' + text + "\" " + why};
}

Time moment_of(Shown const& shown, std::string const& text, Time now) {
    if (shown.zone == "UTC" || shown.zone == "GMT") return shown.time;
    auto const moments = moments_of(shown);
    if (moments.size() == 1) return moments.front();
    auto const as_before = shown.time - offset_at(shown.time - day);
    if (shown.is_a_day && shown.zone.empty()) return moments.empty() ? as_before : moments.front();
    if (moments.size() > 1)
        refuse_time(text, "was there twice, since the clocks were put back; write \"" +
                              local(moments.front()) + "\" or \"" + local(moments.back()) + '"');
    if (shown.zone.empty())
        refuse_time(text, "was skipped, since the clocks were put forward; write \"" +
                              local(as_before) + '"');
    refuse_time(text, "is in another time zone than this machine's, which is " + zone_at(now) +
                          "; write local time, or UTC: 2026-11-23T19:00:00Z");
}

}  // namespace

Time past_time(std::string_view words, Time now) {
    std::string const text{words};
    if (auto const at = client::time_from(text)) return *at;
    if (text == "now") return now;
    if (text == "just now") return now - seconds{2};
    if (auto const shown = shown_from(text, now)) return moment_of(*shown, text, now);
    bool const is_past = boost::ends_with(text, " ago");
    if (auto const length = span_from(is_past ? text.substr(0, text.size() - 4) : text))
        return std::max(now - *length, Time{});
    refuse_time(text,
                "is not a time; write \"2026-11-23 19:00\", yesterday, 10min, \"2 hours ago\", "
                "or 2026-11-23T19:00:00Z");
}

}  // namespace settings::cli
