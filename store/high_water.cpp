#include "store/high_water.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdio>
#include <fstream>
#include <system_error>

#include "os/write_durably.h"
#include "store/files.h"

namespace settings::store {
namespace {

namespace fs = std::filesystem;

fs::path beside(fs::path store) { return store += "-revision"; }

/// The word of a file whose store remembers. Earlier versions wrote none, and read past it.
constexpr char const* remembers = "remembers";

/// In nanoseconds since 1970; 0 where the file system does not tell. No program can set it.
std::int64_t birth_of(fs::path const& file) {
    struct statx status {};
    if (statx(AT_FDCWD, file.c_str(), AT_SYMLINK_NOFOLLOW, STATX_BTIME, &status) != 0 ||
        (status.stx_mask & STATX_BTIME) == 0)
        return 0;
    return status.stx_btime.tv_sec * 1'000'000'000 + status.stx_btime.tv_nsec;
}

/// Always of one length, so that one write replaces the other.
std::string first_line(Revision revision) {
    char text[32];
    std::snprintf(text, sizeof text, "%020lld\n", static_cast<long long>(revision));
    return text;
}

}  // namespace

HighWater::HighWater(fs::path const& store)
    : file_{open(beside(store).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)} {}

void HighWater::note(Revision revision) {
    if (revision == noted_ || !file_.is_open()) return;
    auto const text = first_line(revision);
    if (pwrite(file_.number(), text.data(), text.size(), 0) == static_cast<ssize_t>(text.size()))
        noted_ = revision;
}

HighWater::Mark HighWater::of(fs::path const& store) {
    constexpr Revision beyond_any = 1'000'000'000'000'000;
    Mark mark;
    mark.is_there = fs::exists(beside(store));
    std::ifstream file{beside(store)};
    Revision revision = 0;
    std::string run;
    std::int64_t birth = 0;
    if (!(file >> revision) || revision < 0 || revision > beyond_any) return mark;
    mark.revision = revision;
    if (!(file >> run >> birth)) return mark;
    mark.run = store_in(run).value_or(any_store);
    auto const born = birth_of(beside(store));
    mark.is_copy = birth != 0 && born != 0 && birth != born;
    std::string word;
    mark.store_remembers = file >> word && word == remembers;
    return mark;
}

void HighWater::renew(fs::path const& store, Revision revision, StoreId run, bool store_remembers) {
    auto const fresh = beside(store) += "-new";
    fs::remove(fresh);
    os::Descriptor const made{
        open(fresh.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOFOLLOW, 0600)};
    auto const write = [&] {
        auto const line = store_text(run) + ' ' + std::to_string(birth_of(fresh));
        auto const word = store_remembers ? std::string{' '} + remembers : "";
        return os::write_durably(made.number(), first_line(revision) + line + word + '\n');
    };
    if (!made.is_open() || !write())
        throw std::system_error{errno, std::generic_category(), fresh.string()};
    fs::rename(fresh, beside(store));
    flush_folder_of(store);
}

}  // namespace settings::store
