#include <stdlib.h>
#include <time.h>

#include <array>
#include <cstdio>
#include <string>

#include "cli/layout.h"
#include "cli/past_time.h"
#include "cli/usage_error.h"
#include "model/rfc3339.h"
#include "tests/fuzz/targets.h"

namespace settings::fuzz {
namespace {

constexpr client::Time now{std::chrono::seconds{1'795'000'000}};
constexpr std::int64_t year_0 = -62'167'305'600'000;      // less a day, for offsets
constexpr std::int64_t year_10000 = 253'402'387'200'000;  // and one more

/// The same time by the C library, which reads less strictly.
std::int64_t by_libc(std::string const& text) {
    std::tm parts{};
    int hours = 0;
    int minutes = 0;
    std::array<char, 2> sign{};
    auto const* rest = strptime(text.c_str(), "%Y-%m-%d", &parts);
    expect(rest != nullptr, "a time begins with a date");
    expect(std::sscanf(rest + 1, "%2d:%2d:%2d", &parts.tm_hour, &parts.tm_min, &parts.tm_sec) == 3,
           "a time of day follows");
    if (std::sscanf(text.c_str() + text.size() - 6, "%1[+-]%2d:%2d", sign.data(), &hours,
                    &minutes) != 3)
        hours = minutes = 0;
    auto const offset = (sign[0] == '-' ? -1 : 1) * (hours * 60 + minutes) * 60;
    return timegm(&parts) - offset;
}

void check_rfc3339(std::string const& text) {
    auto const read = unix_milliseconds(text);
    if (!read) return;
    expect(*read > year_0 && *read < year_10000, "a time is within the years that there are");
    auto const seconds = *read >= 0 ? *read / 1'000 : (*read - 999) / 1'000;
    expect(seconds == by_libc(text), "another reader reads the same time");
    auto const again = unix_milliseconds(rfc3339(seconds * 1'000));
    constexpr std::int64_t year_1000 = -30'610'224'000;
    bool const has_four_digits = seconds >= year_1000 && seconds < 253'402'300'800;
    expect(!has_four_digits || again == seconds * 1'000, "a time survives its text");
}

void check_persons(std::string const& text) try {
    auto const read = cli::past_time(text, now);
    auto const shown = cli::local(read);
    expect(cli::past_time(shown, now) == read, "what is printed can be typed back");
} catch (cli::UsageError const&) {
}

}  // namespace

void time(std::string_view bytes) {
    setenv("TZ", "Europe/Berlin", 1);
    std::string const text{bytes};
    check_rfc3339(text);
    check_persons(text);
}

}  // namespace settings::fuzz
