#include "store/unwritable.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>

#include "model/user.h"
#include "os/descriptor.h"
#include "store/damage.h"
#include "store/files.h"
#include "store/high_water.h"
#include "store/identity.h"
#include "store/notices.h"
#include "store/raw_pages.h"
#include "store/schema.h"
#include "store/wall_clock.h"

namespace settings::store {
namespace {

namespace fs = std::filesystem;

/// Enough for a start and the first edits.
constexpr std::uintmax_t room_bytes = 1024 * 1024;

/// Makes as many files as a start may make, one of them of that size. They are gone again when this
/// returns. Returns 0 or the error number.
int try_to_write(fs::path const& folder, off_t bytes) {
    std::array<os::Descriptor, 5> files;
    for (auto& file : files) {
        std::string name = folder / "settings.db-room-XXXXXX";
        file = os::Descriptor{mkostemp(name.data(), O_CLOEXEC)};
        if (!file.is_open()) return errno;
        unlink(name.c_str());
    }
    return posix_fallocate(files.front().number(), 0, bytes);
}

std::string sentence(int error, fs::path const& folder) {
    if (error == ENOSPC || error == EDQUOT)
        return "the disk of " + folder.string() + " is full; free some space";
    if (error == EROFS)
        return "the disk of " + folder.string() + " is read-only; mount it for writing";
    if (error == EPERM)
        return folder.string() +
               " cannot be changed; where lsattr -d shows an i or a, as root: "
               "chattr -i -a " +
               folder.string();
    return folder.string() + " cannot be written: " + std::generic_category().message(error);
}

/// What the file system says of a file beside its mode; none of it where there is no file.
struct statx looked_at(fs::path const& file) {
    struct statx found {};
    statx(AT_FDCWD, file.c_str(), AT_SYMLINK_NOFOLLOW, STATX_MODE | STATX_UID, &found);
    return found;
}

/// One that can only be appended to is shut as well: no access(2) tells that.
bool is_open_to_us(fs::path const& file) {
    bool const has_access = eaccess(file.c_str(), R_OK | W_OK) == 0;
    if (!has_access) return errno == ENOENT;
    return (looked_at(file).stx_attributes & STATX_ATTR_APPEND) == 0;
}

/// Why a file is shut to us, with what to do, where chmod would not help; empty where it would.
std::string why_not_by_mode(fs::path const& file) {
    auto const name = file.string();
    auto const found = looked_at(file);
    if ((found.stx_attributes & STATX_ATTR_IMMUTABLE) != 0)
        return name + " is marked as immutable; as root: chattr -i " + name;
    if ((found.stx_attributes & STATX_ATTR_APPEND) != 0)
        return name + " is marked as append-only; as root: chattr -a " + name;
    if (found.stx_uid != geteuid())
        return name + " belongs to another user; " +
               advice_on_owner(name, found.stx_uid, geteuid(), "settingsd");
    constexpr unsigned needed = S_IRUSR | S_IWUSR;
    if ((found.stx_mode & needed) != needed) return {};
    return name +
           " has the right owner and mode, so its mount (findmnt -T), a file server or a "
           "security module (AppArmor, SELinux) forbids it: let settingsd write there";
}

/// A database by itself: without a log the file has to say that it has none
/// (sqlite.org/fileformat2.html, 1.3.3).
std::string without_log(std::string database) {
    constexpr std::size_t first_version = 18;
    if (database.size() > first_version + 1) std::fill_n(database.begin() + first_version, 2, '\1');
    return database;
}

/// A migration copies the settings, which are in the log then, both the new pages and what is left
/// of the old ones, and at last in the database. What they take is not known without SQLite.
std::uintmax_t room_to_migrate(fs::path const& file) {
    constexpr std::size_t version_in_head = 60;
    constexpr std::uintmax_t most_of_settings = 16 * room_bytes;
    auto const head = RawPages{file, log_of(file)}.page(1);
    if (!head || big_endian(*head, version_in_head, 4) == newest_version()) return 0;
    return 3 * std::min(size_of(file) + size_of(log_of(file)), most_of_settings);
}

/// What cannot be read is left blank: SQLite notices where it matters.
std::string pages_of(fs::path const& file) {
    bool const is_foreign = fs::exists(file) && owner_of_log(file) == LogOwner::another_store;
    RawPages pages{file, is_foreign ? fs::path{} : log_of(file)};
    std::string database;
    for (std::uint32_t number = 1; number <= pages.count(); ++number)
        database += pages.page(number).value_or(std::string(pages.size(), '\0'));
    return database;
}

/// Why a damaged store is not even served.
std::runtime_error no_salvage(fs::path const& file, std::string const& damage,
                              std::string const& why) {
    auto const mebibytes = (2 * (size_of(file) + size_of(log_of(file))) + room_bytes) >> 20U;
    return std::runtime_error{file.string() + " is damaged (" + damage +
                              "), and is salvaged by the first start whose disk has room for it, "
                              "about " +
                              std::to_string(mebibytes) + " MiB: " + why};
}

/// What a start that can write would bring in before anything is served.
std::optional<std::string> what_is_missing(fs::path const& file, Connection& copy) {
    for (auto const* beside : {"-salvaged", "-seen"})
        if (auto const part = fs::path{file} += beside; fs::exists(part))
            return "a part of it is still in " + part.string();
    auto const acknowledged = HighWater::of(file).revision;
    if (acknowledged <= last_of_history(copy)) return std::nullopt;
    return "it ends before revision " + std::to_string(acknowledged) + ", which was acknowledged";
}

/// A store that is damaged would be served in part, as if that were all.
Connection sound_copy(fs::path const& file, std::string const& why) try {
    auto copy = open_in_memory(without_log(pages_of(file)));
    if (auto const damage = damage_in(copy)) throw no_salvage(file, *damage, why);
    if (auto const missing = what_is_missing(file, copy)) throw no_salvage(file, *missing, why);
    return copy;
} catch (SqliteError const& error) {
    if (is_damage(error)) throw no_salvage(file, error.what(), why);
    throw;
}

}  // namespace

std::optional<std::string> why_closed(fs::path const& file) {
    std::string closed, why;
    for (auto const* ending : {"", "-wal", "-shm"}) {
        auto const part = fs::path{file} += ending;
        if (is_open_to_us(part)) continue;
        if (auto const other = why_not_by_mode(part); !other.empty())
            why += (why.empty() ? "" : "; ") + other;
        else
            closed += (closed.empty() ? "" : " ") + part.string();
    }
    if (!why.empty()) return "settingsd itself may not read and write its files: " + why;
    if (closed.empty()) return std::nullopt;
    return "settingsd itself may not read and write " + closed + "; open it: chmod 600 " + closed;
}

std::optional<std::string> why_unwritable(fs::path const& file) {
    auto const folder = file.parent_path();
    auto const needed = static_cast<off_t>(room_bytes + room_to_migrate(file));
    if (int const error = try_to_write(folder, needed); error != 0) return sentence(error, folder);
    return why_closed(file);
}

Connection copy_in_memory(fs::path const& file, std::string const& why) {
    for (auto const& part : {file, log_of(file)})
        if (fs::exists(part) && access(part.c_str(), R_OK) != 0) throw std::runtime_error{why};
    auto copy = sound_copy(file, why);
    Notices{copy}.tell({unix_milliseconds(), why});
    return copy;
}

}  // namespace settings::store
