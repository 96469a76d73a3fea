#include "settings/status.h"

#include <algorithm>
#include <charconv>
#include <cmath>
#include <cstddef>
#include <utility>

#include "client/fields.h"

namespace settings::client {
namespace {

using namespace std::chrono;

std::optional<Status::LastError> last_error(Json const& error) {
    if (!error.is_object()) return std::nullopt;
    return Status::LastError{text_field(error, "message"), time_field(error, "at")};
}

std::optional<seconds> span_field(Json const& object, char const* name) {
    Json const& span = field(object, name);
    if (!span.is_number()) return std::nullopt;
    // Bounded so that no number overflows; a year is as good as never.
    double const bounded = std::clamp(span.get<double>(), 0.0, 366.0 * 86'400);
    return seconds{std::lround(bounded)};
}

std::optional<Status::NextAttempt> next_attempt(Json const& next) {
    auto const in = span_field(next, "inSeconds");
    if (!in) return std::nullopt;
    return Status::NextAttempt{*in, text_field(next, "reason")};
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

std::vector<Status::Rejected> rejected_from(Json const& list) {
    std::vector<Status::Rejected> keys;
    if (!list.is_array()) return keys;
    for (Json const& one : list)
        keys.push_back({text_field(one, "key"), number_field<unsigned>(one, "status"),
                        text_field(one, "message"), time_field(one, "at"),
                        number_field<unsigned>(one, "refusals"), span_field(one, "retryInSeconds"),
                        one});
    return keys;
}

std::optional<Status::Review> review_from(Json const& review) {
    if (!review.is_object()) return std::nullopt;
    auto const count = [&review](char const* name) {
        return number_field<std::uint64_t>(review, name).value_or(0);
    };
    return Status::Review{count("known"), count("changed"), count("removed"), review};
}

Status status_from(Json answer) {
    Status status;
    status.state = text_field(answer, "state");
    status.summary = text_field(answer, "summary");
    status.revision = number_field<Revision>(answer, "revision");
    status.pending = number_field<std::uint64_t>(answer, "pending");
    status.rejected = rejected_from(field(answer, "rejected"));
    status.conflicts = number_field<std::uint64_t>(answer, "conflicts");
    status.review = review_from(field(answer, "review"));
    status.last_success = time_field(answer, "lastSuccess");
    status.last_error = last_error(field(answer, "lastError"));
    status.next_attempt = next_attempt(field(answer, "nextAttempt"));
    status.server = text_field(answer, "server");
    status.version = text_field(answer, "version");
    status.answer = std::move(answer);
    return status;
}

}  // namespace settings::client
