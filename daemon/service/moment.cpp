#include "daemon/service/moment.h"

#include <fmt/format.h>

#include <algorithm>

namespace settings::daemon {

using std::chrono::seconds;

std::string when(Moment const& moment, Time time) {
    return rfc3339(moment.unix_now - (moment.now - time).count());
}

std::string until(Moment const& moment, Time time) {
    auto const left = std::chrono::ceil<seconds>(std::max(time - moment.now, Time{0}));
    if (left < std::chrono::minutes{2}) return fmt::format("{} s", left.count());
    if (left < std::chrono::hours{2}) return fmt::format("{} min", left.count() / 60);
    return fmt::format("{} h", left.count() / 3600);
}

}  // namespace settings::daemon
