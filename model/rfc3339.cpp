#include "model/rfc3339.h"

#include <array>
#include <chrono>
#include <ctime>

namespace settings {
inline namespace model {
namespace {

using namespace std::chrono;

/// Reads a text from its front, one part after the other. After the first part that does not fit,
/// nothing else fits.
class Parts {
  public:
    explicit Parts(std::string_view text) : rest_{text} {}

    /// Takes a number of just so many digits, `most` at most.
    int number(std::size_t digits, int most) {
        int value = 0;
        for (; digits > 0; --digits) value = 10 * value + digit();
        fits_ = fits_ && value <= most;
        return value;
    }

    /// Takes one of these characters.
    char one_of(std::string_view characters) {
        fits_ = fits_ && !rest_.empty() && characters.find(rest_.front()) != characters.npos;
        return take();
    }

    /// Whether this character is the next one.
    [[nodiscard]] bool is_at(char next) const { return fits_ && rest_.starts_with(next); }
    [[nodiscard]] bool is_at_digit() const {
        return fits_ && !rest_.empty() && rest_.front() >= '0' && rest_.front() <= '9';
    }

    /// Whether each part fitted, and nothing is left.
    [[nodiscard]] bool is_whole() const { return fits_ && rest_.empty(); }

  private:
    int digit() { return one_of("0123456789") - '0'; }

    char take() {
        if (!fits_) return '0';
        char const first = rest_.front();
        rest_.remove_prefix(1);
        return first;
    }

    std::string_view rest_;
    bool fits_ = true;
};

year_month_day date_in(Parts& parts) {
    year const y{parts.number(4, 9999)};
    parts.one_of("-");
    month const m{static_cast<unsigned>(parts.number(2, 12))};
    parts.one_of("-");
    return y / m / day{static_cast<unsigned>(parts.number(2, 31))};
}

/// ".25", or nothing.
milliseconds fraction_in(Parts& parts) {
    if (!parts.is_at('.')) return {};
    parts.one_of(".");
    milliseconds fraction = parts.number(1, 9) * 100ms;
    for (auto unit = 10ms; parts.is_at_digit(); unit /= 10) fraction += parts.number(1, 9) * unit;
    return fraction;
}

minutes minute_in(Parts& parts) {
    hours const h{parts.number(2, 23)};
    parts.one_of(":");
    return h + minutes{parts.number(2, 59)};
}

milliseconds second_in(Parts& parts) {
    seconds const s{parts.number(2, 60)};
    return s + fraction_in(parts);
}

/// "Z", "+02:00" or "-05:30".
minutes offset_in(Parts& parts) {
    char const sign = parts.one_of("Zz+-");
    if (sign == 'Z' || sign == 'z') return {};
    hours const h{parts.number(2, 23)};
    parts.one_of(":");
    minutes const offset = h + minutes{parts.number(2, 59)};
    return sign == '-' ? -offset : offset;
}

}  // namespace

std::optional<std::int64_t> unix_milliseconds(std::string_view text) {
    Parts parts{text};
    auto const date = date_in(parts);
    parts.one_of("Tt");
    auto const minute = minute_in(parts);
    parts.one_of(":");
    auto const second = second_in(parts);
    auto const offset = offset_in(parts);
    if (!parts.is_whole() || !date.ok()) return std::nullopt;
    auto const time = sys_days{date} + minute - offset + second;
    bool const is_leap = second >= 60s;
    if (is_leap && floor<days>(time) != floor<seconds>(time)) return std::nullopt;
    return time.time_since_epoch().count();
}

std::string rfc3339(std::int64_t unix_milliseconds) {
    std::time_t const time = floor<seconds>(milliseconds{unix_milliseconds}).count();
    std::tm parts{};
    std::array<char, 64> text{};
    ::gmtime_r(&time, &parts);
    return {text.data(), std::strftime(text.data(), text.size(), "%Y-%m-%dT%H:%M:%SZ", &parts)};
}

}  // namespace model
}  // namespace settings
