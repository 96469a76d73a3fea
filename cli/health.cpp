#include "cli/health.h"

#include <sys/stat.h>
#include <sys/statvfs.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include "cli/layout.h"
#include "cli/other_user.h"
#include "model/user.h"
#include "os/system_folder.h"

namespace settings::cli {
namespace {

using client::Status;
using client::Time;
using Health = Finding::Health;
using std::filesystem::path;

constexpr unsigned not_found = 404;
constexpr std::uint64_t mebibyte = 1024UL * 1024;
constexpr std::uint64_t too_little = 16 * mebibyte;
constexpr std::uint64_t rather_little = 256 * mebibyte;

/// Helps where no daemon runs, and where one runs and its socket's file was removed.
constexpr char const* make_socket_anew =
    "systemctl --user restart settingsd.socket, or for a daemon that you started yourself: kill "
    "-HUP "
    "$(pidof settingsd)";

constexpr mode_t others = S_IRWXG | S_IRWXO;
constexpr mode_t others_write = S_IWGRP | S_IWOTH;

std::string octal(mode_t mode) {
    std::string digits;
    for (unsigned const shift : {6U, 3U, 0U})
        digits += static_cast<char>('0' + ((mode >> shift) & 7U));
    return digits;
}

/// What to do where the owner or the mode of a file is wrong. The system's own folders stay as they
/// are.
std::string mend_of(std::string const& check, path const& file, mode_t mode,
                    std::string const& usual) {
    if (!S_ISDIR(mode) || !os::is_system_folder(file, mode)) return usual;
    return std::string{"choose a folder of its own: "} +
           (check == "disk" ? "store.directory" : "socket.path") + " in the configuration";
}

/// What is wrong with a file's owner or mode; good when nothing is.
Finding ownership(std::string const& check, path const& file, struct stat const& status,
                  mode_t forbidden) {
    if (status.st_uid != geteuid())
        return {
            check, Health::bad, file.string() + " belongs to user " + name_of_user(status.st_uid),
            mend_of(
                check, file, status.st_mode,
                advice_on_owner(file.string(), status.st_uid, geteuid(), "settingsctl doctor"))};
    if ((status.st_mode & forbidden) != 0)
        return {check, Health::bad,
                "others may use " + file.string() + " (mode " + octal(status.st_mode) + ")",
                mend_of(check, file, status.st_mode, "chmod go-rwx " + file.string())};
    return {check, Health::good, file.string() + ", yours alone"};
}

Finding space(path const& folder, struct statvfs const& disk) {
    auto const free = std::uint64_t{disk.f_bavail} * disk.f_frsize;
    auto const left = std::to_string(free / mebibyte) + " MiB are left for " + folder.string();
    if ((disk.f_flag & ST_RDONLY) != 0)
        return {"disk", Health::bad, folder.string() + " is on a read-only file system",
                "mount it for writing; \"dmesg\" may tell why it is not"};
    if (disk.f_files > 0 && disk.f_favail == 0)
        return {"disk", Health::bad, "the disk of " + folder.string() + " takes no more files",
                "remove files there"};
    if (free < too_little) return {"disk", Health::bad, "only " + left, "remove files there"};
    if (free < rather_little)
        return {"disk", Health::doubtful, "only " + left, "remove files there soon"};
    return {"disk", Health::good, left};
}

std::string reason(Status const& status) {
    return status.next_attempt ? status.next_attempt->reason : std::string{};
}

bool needs_login(Status const& status) { return status.waits_for == "login"; }

/// Rounds that failed since the last one that did not.
std::int64_t failures_in_a_row(Status const& status) {
    client::Json::json_pointer const place{"/lastError/failuresInARow"};
    if (!status.answer.contains(place)) return 0;
    auto const& count = status.answer.at(place);
    return count.is_number_integer() ? count.get<std::int64_t>() : 0;
}

/// A round that fails begins with a look that may succeed, in the same second.
bool is_failing(Status const& status) {
    if (!status.last_error) return false;
    if (failures_in_a_row(status) > 0) return true;
    if (!status.last_success || !status.last_error->at) return true;
    return *status.last_error->at > *status.last_success;
}

Finding failing(Status const& status) {
    auto const& [message, at, kind] = *status.last_error;
    if (kind == "untrusted")
        return {"server", Health::bad, message,
                "check the clock, and server.ca_file and server.url in the configuration"};
    if (kind == "storage")
        return {"server", Health::bad, message,
                "nothing is wrong with the server or the network: mend that on this machine; "
                "\"settingsctl sync --wait 10\" tries again"};
    return {"server", Health::bad, message,
            "\"settingsctl sync --wait 10\" tries again; if it stays so, check server.url and the "
            "network"};
}

/// The keys whose values at the server cannot be read; the first ones, where there are many.
std::vector<std::string> unreadable_in(Status const& status) {
    constexpr std::size_t most = 5;
    std::vector<std::string> keys;
    auto const list = status.answer.find("unreadable");
    if (list == status.answer.end()) return keys;
    for (auto const& each : *list)
        if (keys.size() < most && each.is_object()) keys.push_back(each.value("key", ""));
    return keys;
}

/// How far the server's clock is ahead of this one, if it has answered yet.
std::optional<std::chrono::seconds> skew_of(Status const& status) {
    auto const skew = status.answer.find("clockSkewSeconds");
    if (skew == status.answer.end() || !skew->is_number_integer()) return std::nullopt;
    return std::chrono::seconds{skew->get<std::int64_t>()};
}

void append(std::string& list, std::string const& item) {
    list += (list.empty() ? "" : ", ") + item;
}

}  // namespace

Finding look_at_socket(path const& socket) {
    struct stat status {};
    if (lstat(socket.c_str(), &status) != 0) {
        auto const why = socket.string() + ": " + std::strerror(errno);
        auto const root = advice_for_root(socket);
        return {"socket", Health::bad, why, root.empty() ? make_socket_anew : root};
    }
    if (!S_ISSOCK(status.st_mode))
        return {"socket", Health::bad, socket.string() + " is not a socket",
                std::string{"remove it, then: "} + make_socket_anew};
    auto of_socket = ownership("socket", socket, status, others);
    auto const folder = socket.parent_path();
    if (of_socket.health != Health::good || stat(folder.c_str(), &status) != 0) return of_socket;
    // Under /run/settingsd it is root's, who has made it and can do anything in any case.
    if (status.st_uid == 0) status.st_uid = geteuid();
    auto of_folder = ownership("socket", folder, status, others_write);
    return of_folder.health == Health::good ? of_socket : of_folder;
}

Finding look_at_daemon(client::Result<Status> const& status) {
    if (!status)
        return {"daemon", Health::bad, status.error().message(),
                "as the line above says; why it ended is in: journalctl --user -u settingsd"};
    if (status->version == SETTINGSD_VERSION)
        return {"daemon", Health::good, "answers, version " SETTINGSD_VERSION};
    return {"daemon", Health::doubtful,
            "the daemon is version " + status->version + ", this program is " SETTINGSD_VERSION,
            "systemctl --user restart settingsd"};
}

Finding look_at_disk_of_another(path const& folder) {
    struct statvfs disk {};
    if (statvfs(folder.c_str(), &disk) == 0) return space(folder, disk);
    return {"disk", Health::good,
            folder.string() + " is the daemon's, and cannot be looked at by this user"};
}

Finding look_at_disk(path const& folder) {
    struct stat status {};
    struct statvfs disk {};
    if (stat(folder.c_str(), &status) != 0 || statvfs(folder.c_str(), &disk) != 0)
        return {"disk", Health::doubtful,
                "the store is not at " + folder.string() + " (" + std::strerror(errno) + ')',
                "if store.directory in the configuration is another folder, check that one's disk"};
    auto const of_folder = ownership("disk", folder, status, others);
    return of_folder.health == Health::good ? space(folder, disk) : of_folder;
}

std::vector<Finding> look_at_way(client::Result<client::Walk> const& walk) {
    if (!walk)
        return {{"way", Health::doubtful,
                 "the way to the server could not be tried: " + walk.error().message(),
                 walk.error().status() == not_found
                     ? "the daemon is an older one: systemctl --user restart settingsd"
                     : ""}};
    std::vector<Finding> findings;
    if (walk->warning) findings.push_back({"proxy", Health::doubtful, *walk->warning, {}});
    for (auto const& step : walk->steps)
        findings.push_back({step.step, step.passed ? Health::good : Health::bad, step.message,
                            step.advice, step.took});
    return findings;
}

std::string how_to_ask(Status const& status) {
    return status.state == "paused" ? "settingsctl resume" : "settingsctl sync --wait 10";
}

Finding look_at_login(Status const& status) {
    if (needs_login(status))
        return {"login", Health::bad, reason(status),
                "settingsctl login, or see \"Where the access token comes from\" in "
                "settingsd.toml(5)"};
    if (!status.last_success && status.last_error)
        return {"login", Health::doubtful, "no request has succeeded with the token yet"};
    if (!status.last_success)
        return {"login", Health::doubtful, "the server has not been asked yet", how_to_ask(status)};
    return {"login", Health::good, "the server takes the token"};
}

Finding look_at_server(Status const& status, Time now) {
    if (status.state == "offline")
        return {"server", Health::doubtful, "no network route leads to " + status.server,
                "connect to a network; edits are kept until then"};
    if (needs_login(status))
        return {"server", Health::doubtful, "not asked before there is a login",
                "settingsctl login"};
    if (status.waits_for == "stopped")
        return {"server", Health::bad, reason(status), "check server.url in the configuration"};
    if (is_failing(status)) return failing(status);
    if (!status.last_success)
        return {"server", Health::doubtful, status.server + " has not been asked yet",
                how_to_ask(status)};
    return {"server", Health::good, status.server + " answered " + ago(*status.last_success, now)};
}

Finding look_at_clock(Status const& status, Time now) {
    using namespace std::chrono;
    constexpr Time oldest = sys_days{2025y / 1 / 1};
    constexpr auto tolerance = minutes{1};
    std::string const mend = "timedatectl set-ntp true";
    if (now < oldest)
        return {"clock", Health::bad, "the clock stands before this program was written", mend};
    auto const skew = skew_of(status);
    if (skew && abs(*skew) > tolerance)
        return {"clock", Health::bad,
                "the clock is " + length(abs(*skew)) +
                    (*skew > seconds{0} ? " behind" : " ahead of") + " the server's",
                mend};
    if (status.last_success && *status.last_success > now + tolerance)
        return {"clock", Health::bad,
                "the clock was set back: the last sync lies " + length(*status.last_success - now) +
                    " in the future",
                mend};
    return {"clock", Health::good, "nothing known lies in the future"};
}

Finding look_at_store(Status const& status) {
    if (!status.notice) return {"store", Health::good, "all that was saved is there"};
    return {"store", Health::doubtful, status.notice->message,
            "settingsctl dismiss, once you have read it"};
}

Finding look_at_decisions(Status const& status) {
    std::string waiting;
    std::string mend;
    auto const add = [&](std::string const& what, std::string const& command) {
        append(waiting, what);
        append(mend, command);
    };
    if (status.state == "paused") add("the sync is paused", "settingsctl resume");
    if (status.review) add("a document of the server is held", "settingsctl review");
    if (!status.rejected.empty())
        add(std::to_string(status.rejected.size()) + " rejected", "settingsctl rejected");
    if (status.conflicts.value_or(0) > 0)
        add(std::to_string(*status.conflicts) + " in conflict", "settingsctl conflicts");
    for (auto const& key : unreadable_in(status))
        add('"' + key + "\" cannot be read at the server", "settingsctl explain " + key);
    if (waiting.empty()) return {"decisions", Health::good, "nothing waits for you"};
    return {"decisions", Health::doubtful, waiting, mend};
}

}  // namespace settings::cli
