#include "os/seconds.h"

#include <charconv>
#include <sstream>

namespace settings::os {

std::string wrong_with_seconds(std::string const& text, double least, double most) {
    double seconds = 0;
    auto const* end = text.data() + text.size();
    auto const parsed = std::from_chars(text.data(), end, seconds);
    bool const is_number = parsed.ec == std::errc{} && parsed.ptr == end;
    if (is_number && seconds >= least && seconds <= most) return {};
    std::ostringstream why;
    why << '"' << text << "\" is not a number of seconds from " << least << " to " << most;
    return why.str();
}

}  // namespace settings::os
