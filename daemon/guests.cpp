#include "daemon/guests.h"

#include <spdlog/spdlog.h>

#include <cstdint>
#include <fstream>
#include <optional>

#include "daemon/config.h"
#include "model/user.h"

namespace settings::daemon {
namespace {

/// What the kernel shows for each user and group that a user namespace has no number for
/// (user_namespaces(7)): anybody may be behind it.
constexpr std::uint32_t stands_for_anybody = 65'534;

/// Whether a number is seen as itself: outside of a sandbox all are.
bool is_seen(std::uint32_t number, char const* map) {
    std::ifstream ranges{map};
    std::uint64_t first = 0;
    std::uint64_t outside = 0;
    std::uint64_t count = 0;
    while (ranges >> first >> outside >> count)
        if (number >= first && number - first < count) return number != stands_for_anybody;
    return false;
}

/// Why a name lets nobody in; nothing when it does.
std::optional<std::string> problem(std::string const& name, std::optional<std::uint32_t> number,
                                   char const* map) {
    if (!number) return '"' + name + "\" is not known on this machine, and lets nobody in";
    if (is_seen(*number, map)) return std::nullopt;
    return '"' + name +
           "\" lets nobody in: in this sandbox the kernel does not tell it from others; see "
           "PrivateUsers= in systemd.exec(5)";
}

}  // namespace

Named people_named(std::vector<std::string> const& names) {
    Named named;
    for (auto const& name : names) {
        bool const is_group = name.starts_with('@');
        auto const number = is_group ? group_named(name.substr(1)) : user_named(name);
        auto const* const map = is_group ? "/proc/self/gid_map" : "/proc/self/uid_map";
        if (auto const why = problem(name, number, map))
            named.problems.push_back(*why);
        else
            (is_group ? named.people.groups : named.people.users).insert(*number);
    }
    return named;
}

ipc::Admission admission_of(Config const& config) {
    auto const all = people_named(config.allow);
    auto const readers = people_named(config.allow_read);
    for (auto const& why : all.problems) spdlog::warn("socket.allow: {}", why);
    for (auto const& why : readers.problems) spdlog::warn("socket.allow_read: {}", why);
    return {.guests = all.people, .readers = readers.people};
}

/// Root gets through any mode.
ipc::Through through_for(Config const& config) {
    for (auto const* names : {&config.allow, &config.allow_read})
        for (auto const& name : *names)
            if (name != "root") return ipc::Through::everybody;
    return ipc::Through::owner;
}

}  // namespace settings::daemon
