#include "ipc/rfc3339.h"

#include <cctype>
#include <ctime>

namespace settings::ipc {
namespace {

/// The milliseconds in a fraction such as ".25", and where it ends.
std::int64_t take_fraction(char const*& rest) {
    if (*rest != '.') return 0;
    std::int64_t milliseconds = 0;
    std::int64_t worth = 100;
    for (++rest; std::isdigit(static_cast<unsigned char>(*rest)) != 0; ++rest, worth /= 10)
        milliseconds += worth * (*rest - '0');
    return milliseconds;
}

}  // namespace

std::optional<std::int64_t> unix_milliseconds(std::string const& text) {
    std::tm parts{};
    char const* rest = strptime(text.c_str(), "%Y-%m-%dT%H:%M:%S", &parts);
    if (rest == nullptr) return std::nullopt;
    auto const fraction = take_fraction(rest);
    std::tm zone{};
    rest = strptime(rest, "%z", &zone);
    if (rest == nullptr || *rest != '\0') return std::nullopt;
    return (timegm(&parts) - zone.tm_gmtoff) * 1'000 + fraction;
}

}  // namespace settings::ipc
