#pragma once

#include <string>
#include <vector>

namespace settings::systemd_test {

/// Whose daemons may read what is in a place: none, those of people, or all.
enum class Readers { nobody, people, all };

/// Where things lie, or could be put, that are no business of the daemon's.
struct Place {
    std::string path;
    Readers readers;
};

/// For somebody with that home. People's daemons may read all of a disk that may hold their homes.
[[nodiscard]] inline std::vector<Place> places(std::string const& home) {
    return {{home, Readers::nobody},
            {home + "/.config/settingsd", Readers::people},
            {"/home/bob", Readers::nobody},
            {"/run/user", Readers::nobody},
            {"/tmp", Readers::nobody},
            {"/var/tmp", Readers::nobody},
            {"/dev/shm", Readers::nobody},
            {"/media", Readers::nobody},
            {"/run/media", Readers::nobody},
            {"/boot", Readers::nobody},
            {"/usr/lib/modules", Readers::nobody},
            {"/srv", Readers::people},
            {"/mnt", Readers::people},
            {"", Readers::all},
            {"/etc", Readers::all},
            {"/etc/settingsd", Readers::all},
            {"/usr", Readers::all},
            {"/opt", Readers::all},
            {"/var/lib", Readers::all},
            {"/var/lib/settingsd", Readers::all},
            {"/var/cache", Readers::all},
            {"/var/log", Readers::all},
            {"/run", Readers::all},
            {"/run/lock", Readers::all}};
}

/// What lies ready outside of the sandbox, so that nothing but the sandbox stands in the way.
namespace bait {

/// In each place, a folder in which all may do anything; and what is in it.
inline constexpr auto open_folder = "/open-to-all";
inline constexpr auto note = "/open-to-all/note";
inline constexpr auto program = "/open-to-all/program";
/// What the acts leave there.
inline constexpr auto reply = "/open-to-all/reply";

/// Further things, in a folder that the sandbox lets see, and run programs from.
inline constexpr auto folder = "/usr/lib/forbidden-acts";
inline constexpr auto set_uid_program = "/usr/lib/forbidden-acts/set-uid";
inline constexpr auto private_file = "/usr/lib/forbidden-acts/private";
inline constexpr auto mount_point = "/usr/lib/forbidden-acts/mount-point";
/// Of all users'.
inline constexpr auto device = "/usr/lib/forbidden-acts/device";
inline constexpr auto device_in_dev = "/dev/forbidden-acts";
/// These have in them where to find a process of the same user, one of another, and a terminal.
inline constexpr auto neighbour = "/usr/lib/forbidden-acts/neighbour";
inline constexpr auto stranger = "/usr/lib/forbidden-acts/stranger";
inline constexpr auto terminal = "/usr/lib/forbidden-acts/terminal";

}  // namespace bait
}  // namespace settings::systemd_test
