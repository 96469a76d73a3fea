#include <system_error>
#include <vector>

#include "daemon/host/network_survey.h"
#include "tests/fuzz/targets.h"

namespace settings::fuzz {
namespace {

/// A copy that ends where the datagram does, at an address for any type.
std::vector<char> take_datagram(std::string_view& bytes) {
    std::size_t const size = static_cast<unsigned char>(bytes.front());
    bytes.remove_prefix(1);
    auto const datagram = bytes.substr(0, size);
    bytes.remove_prefix(datagram.size());
    return {datagram.begin(), datagram.end()};
}

}  // namespace

/// The kernel is trusted; its messages are read as if it were not.
void route(std::string_view bytes) {
    daemon::NetworkSurvey survey;
    while (!bytes.empty()) try {
            auto const datagram = take_datagram(bytes);
            (void)daemon::take(survey, datagram, 0);
        } catch (std::system_error const&) {
        }
    auto const change = daemon::difference({}, survey.network);
    expect(!change.lost, "from nothing, nothing is lost");
}

}  // namespace settings::fuzz
