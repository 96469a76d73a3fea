#include "ipc/date.h"

#include <array>
#include <cstdio>

namespace settings::ipc {

using namespace std::chrono;

// Not strftime(3), whose names of days and months depend on the locale.
std::string http_date(sys_seconds at) {
    static constexpr std::array days_of_week{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
    static constexpr std::array months_of_year{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                               "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    auto const day = floor<days>(at);
    year_month_day const date{day};
    hh_mm_ss const time{at - day};
    std::array<char, 64> text{};
    int const size = std::snprintf(
        text.data(), text.size(), "%s, %02u %s %04d %02d:%02d:%02d GMT",
        days_of_week.at(weekday{day}.c_encoding()), static_cast<unsigned>(date.day()),
        months_of_year.at(static_cast<unsigned>(date.month()) - 1), static_cast<int>(date.year()),
        static_cast<int>(time.hours().count()), static_cast<int>(time.minutes().count()),
        static_cast<int>(time.seconds().count()));
    return {text.data(), static_cast<std::size_t>(size)};
}

std::string_view http_date_now() {
    thread_local sys_seconds written_at{seconds{-1}};
    thread_local std::string text;
    if (auto const now = floor<seconds>(system_clock::now()); now != written_at) {
        text = http_date(now);
        written_at = now;
    }
    return text;
}

}  // namespace settings::ipc
