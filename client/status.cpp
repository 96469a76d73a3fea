#include "client/status.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <utility>

namespace settings::client {
namespace {

using namespace std::chrono;

/// A member of an object, or null when there is none.
Json const& member(Json const& object, char const* name) {
    static Json const none;
    auto const found = object.find(name);
    return found == object.end() ? none : *found;
}

std::string text(Json const& object, char const* name) {
    Json const& value = member(object, name);
    return value.is_string() ? value.get<std::string>() : std::string{};
}

template <class Number>
std::optional<Number> number(Json const& object, char const* name) {
    Json const& value = member(object, name);
    if (!value.is_number_integer()) return std::nullopt;
    auto const integer = value.get<std::int64_t>();
    if (!std::in_range<Number>(integer)) return std::nullopt;
    return static_cast<Number>(integer);
}

std::optional<Time> time(Json const& object, char const* name) {
    return time_from(text(object, name));
}

std::vector<Status::Rejected> rejected(Json const& list) {
    std::vector<Status::Rejected> keys;
    if (!list.is_array()) return keys;
    for (Json const& one : list)
        keys.push_back({text(one, "key"), number<unsigned>(one, "status"), text(one, "message"),
                        time(one, "at")});
    return keys;
}

std::optional<Status::LastError> last_error(Json const& error) {
    if (!error.is_object()) return std::nullopt;
    return Status::LastError{text(error, "message"), time(error, "at")};
}

std::optional<Status::NextAttempt> next_attempt(Json const& next) {
    Json const& in = member(next, "inSeconds");
    if (!in.is_number()) return std::nullopt;
    // Bounded so that no number overflows; a year is as good as never.
    double const bounded = std::clamp(in.get<double>(), 0.0, 366.0 * 86'400);
    return Status::NextAttempt{seconds{std::lround(bounded)}, text(next, "reason")};
}

/// Takes `digits` decimal digits and then `separator` (0 for none) off the front of the text.
std::optional<int> take(std::string_view& text, std::size_t digits, char separator) {
    int value = 0;
    std::size_t const size = digits + (separator != 0 ? 1 : 0);
    if (text.size() < size) return std::nullopt;
    auto const end = text.data() + digits;
    if (text.front() == '-') return std::nullopt;
    if (std::from_chars(text.data(), end, value).ptr != end) return std::nullopt;
    if (separator != 0 && *end != separator) return std::nullopt;
    text.remove_prefix(size);
    return value;
}

/// "Z", "+02:00" or "-05:30".
std::optional<minutes> offset(std::string_view zone) {
    if (zone == "Z" || zone == "z") return minutes{0};
    if (zone.empty() || (zone.front() != '+' && zone.front() != '-')) return std::nullopt;
    int const sign = zone.front() == '-' ? -1 : 1;
    zone.remove_prefix(1);
    auto const hour = take(zone, 2, ':');
    auto const minute = take(zone, 2, 0);
    if (!hour || !minute || !zone.empty()) return std::nullopt;
    return sign * (hours{*hour} + minutes{*minute});
}

void drop_fraction(std::string_view& text) {
    if (text.empty() || text.front() != '.') return;
    auto const end = text.find_first_not_of("0123456789", 1);
    text.remove_prefix(std::min(end, text.size()));
}

}  // namespace

std::optional<Time> time_from(std::string_view text) {
    auto const y = take(text, 4, '-');
    auto const m = take(text, 2, '-');
    auto const d = take(text, 2, 'T');
    auto const hour = take(text, 2, ':');
    auto const minute = take(text, 2, ':');
    auto const second = take(text, 2, 0);
    drop_fraction(text);
    auto const zone = offset(text);
    if (!y || !m || !d || !hour || !minute || !second || !zone) return std::nullopt;
    auto const date = year{*y} / *m / *d;
    if (!date.ok() || *hour > 23 || *minute > 59 || *second > 60) return std::nullopt;
    return sys_days{date} + hours{*hour} + minutes{*minute} + seconds{*second} - *zone;
}

Status status_from(Json answer) {
    Status status;
    status.state = text(answer, "state");
    status.summary = text(answer, "summary");
    status.revision = number<Revision>(answer, "revision");
    status.pending = number<std::uint64_t>(answer, "pending");
    status.rejected = rejected(member(answer, "rejected"));
    status.last_success = time(answer, "lastSuccess");
    status.last_error = last_error(member(answer, "lastError"));
    status.next_attempt = next_attempt(member(answer, "nextAttempt"));
    status.server = text(answer, "server");
    status.version = text(answer, "version");
    status.answer = std::move(answer);
    return status;
}

}  // namespace settings::client
