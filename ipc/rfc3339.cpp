#include "ipc/rfc3339.h"

#include <array>
#include <boost/algorithm/string/case_conv.hpp>
#include <ctime>
#include <regex>

namespace settings::ipc {

std::optional<std::int64_t> unix_milliseconds(std::string const& text) {
    static std::regex const form{R"((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|[+-]\d\d:\d\d))",
                                 std::regex::icase};
    std::smatch match;
    if (!std::regex_match(text, match, form)) return std::nullopt;
    std::string const local = boost::to_upper_copy(match.str(1));
    std::tm parts{};
    std::tm zone{};
    if (strptime(local.c_str(), "%Y-%m-%dT%H:%M:%S", &parts) == nullptr ||
        strptime(boost::to_upper_copy(match.str(3)).c_str(), "%z", &zone) == nullptr)
        return std::nullopt;
    std::time_t const seconds = timegm(&parts);
    // timegm() makes the 3rd of March of the 31st of February.
    std::array<char, 32> again{};
    std::strftime(again.data(), again.size(), "%Y-%m-%dT%H:%M:%S", &parts);
    if (local != again.data()) return std::nullopt;
    auto const fraction = match[2].matched ? std::stod("0" + match.str(2)) : 0;
    return (seconds - zone.tm_gmtoff) * 1'000 + static_cast<std::int64_t>(fraction * 1'000);
}

}  // namespace settings::ipc
