#include "tests/crash/recorder.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <atomic>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <map>
#include <mutex>
#include <optional>
#include <stdexcept>
#include <string_view>

#include "tests/crash/disk.h"

namespace settings::crash {
namespace {

/// Files in memory that processes share: the index of SQLite's log.
bool is_shared_memory(std::string_view name) { return name.ends_with("-shm"); }

std::string content_of(std::filesystem::path const& path) {
    std::ifstream file{path, std::ios::binary};
    return {std::istreambuf_iterator<char>{file}, {}};
}

Files files_in(std::filesystem::path const& folder) {
    Files files;
    for (auto const& entry : std::filesystem::directory_iterator{folder}) {
        auto const name = entry.path().filename().string();
        // A file without content may be one that was opened and never written.
        if (entry.is_regular_file() && !is_shared_memory(name) && entry.file_size() != 0)
            files[name] = content_of(entry.path());
    }
    return files;
}

/// What is recorded, for as long as there is a Recorder. All is guarded by the mutex.
class Recording {
  public:
    void begin(std::filesystem::path const& folder);
    void end() { folder_.clear(); }

    // After a call that succeeded. Files elsewhere, and those without a name, are left out.
    void wrote(int descriptor, void const* bytes, std::size_t count, off_t at);
    void resized(int descriptor, off_t size);
    void flushed(int descriptor);
    void unlinked(char const* path);
    void renamed(char const* from, char const* to);

    /// Before a name is taken from a file: the next new file may get the same inode.
    void forget(char const* path);

    void promise(std::size_t state) { trace_.push_back(Promise{state}); }
    [[nodiscard]] Trace const& trace() const { return trace_; }

    std::mutex mutex;
    std::atomic<bool> is_on = false;

  private:
    [[nodiscard]] std::optional<std::string> name_of(char const* path) const;
    [[nodiscard]] std::optional<FileId> file_of(int descriptor);
    [[nodiscard]] bool is_folder(int descriptor) const;

    std::string folder_;
    Trace trace_;
    std::map<ino_t, FileId> files_;
    FileId next_ = 0;
};

/// Never destroyed: calls come until the end of the process.
Recording& recording() {
    static auto* const the_one = new Recording;
    return *the_one;
}

void Recording::begin(std::filesystem::path const& folder) {
    trace_.clear();
    files_.clear();
    next_ = 0;
    folder_ = folder;
    for (auto& [name, content] : files_in(folder)) {
        struct stat status {};
        stat((folder / name).c_str(), &status);
        auto const file = files_[status.st_ino] = next_++;
        trace_.emplace_back(Link{name, file});
        trace_.emplace_back(Write{file, 0, std::move(content)});
        trace_.emplace_back(Flush{file});
    }
    trace_.emplace_back(FlushFolder{});
}

/// The name in the folder; nothing where the path leads elsewhere.
std::optional<std::string> Recording::name_of(char const* path) const {
    std::filesystem::path const whole{path};
    if (whole.parent_path() != folder_ || is_shared_memory(path)) return std::nullopt;
    return whole.filename().string();
}

/// A file that is new gets its Link recorded.
std::optional<FileId> Recording::file_of(int descriptor) {
    struct stat status {};
    if (fstat(descriptor, &status) != 0 || !S_ISREG(status.st_mode) || status.st_nlink == 0)
        return std::nullopt;
    std::array<char, 4096> path{};
    auto const link = "/proc/self/fd/" + std::to_string(descriptor);
    if (readlink(link.c_str(), path.data(), path.size() - 1) < 0) return std::nullopt;
    auto const name = name_of(path.data());
    if (!name) return std::nullopt;
    auto const [found, is_new] = files_.try_emplace(status.st_ino, next_);
    if (is_new) trace_.emplace_back(Link{*name, next_++});
    return found->second;
}

bool Recording::is_folder(int descriptor) const {
    struct stat status {
    }, ours{};
    return fstat(descriptor, &status) == 0 && stat(folder_.c_str(), &ours) == 0 &&
           status.st_ino == ours.st_ino && status.st_dev == ours.st_dev;
}

void Recording::wrote(int descriptor, void const* bytes, std::size_t count, off_t at) {
    auto const file = file_of(descriptor);
    if (!file) return;
    std::string copy{static_cast<char const*>(bytes), count};
    trace_.emplace_back(Write{*file, static_cast<std::size_t>(at), std::move(copy)});
}

void Recording::resized(int descriptor, off_t size) {
    if (auto const file = file_of(descriptor))
        trace_.emplace_back(Resize{*file, static_cast<std::size_t>(size)});
}

void Recording::flushed(int descriptor) {
    if (is_folder(descriptor))
        trace_.emplace_back(FlushFolder{});
    else if (auto const file = file_of(descriptor))
        trace_.emplace_back(Flush{*file});
}

void Recording::unlinked(char const* path) {
    if (auto name = name_of(path)) trace_.emplace_back(Unlink{*std::move(name)});
}

void Recording::renamed(char const* from, char const* to) {
    auto old_name = name_of(from), new_name = name_of(to);
    if (old_name && new_name)
        trace_.emplace_back(Rename{*std::move(old_name), *std::move(new_name)});
}

void Recording::forget(char const* path) {
    struct stat status {};
    if (name_of(path) && lstat(path, &status) == 0) files_.erase(status.st_ino);
}

/// One call of the C library, in the order of all of them.
class Call {
  public:
    Call() {
        if (recording().is_on) turn_ = std::unique_lock{recording().mutex};
    }

    /// The recording, if there is one.
    Recording* operator->() const { return &recording(); }
    explicit operator bool() const { return turn_.owns_lock(); }

  private:
    std::unique_lock<std::mutex> turn_;
};

/// The C library's own function of that name.
template <class Function>
Function* real(char const* name) {
    return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

int resize(int descriptor, off_t size) {
    static auto* const resize = real<int(int, off_t)>("ftruncate");
    Call const call;
    int const result = resize(descriptor, size);
    if (call && result == 0) call->resized(descriptor, size);
    return result;
}

ssize_t write_at(int descriptor, void const* bytes, std::size_t count, off_t at) {
    static auto* const write = real<ssize_t(int, void const*, std::size_t, off_t)>("pwrite");
    Call const call;
    auto const done = write(descriptor, bytes, count, at);
    if (call && done > 0) call->wrote(descriptor, bytes, static_cast<std::size_t>(done), at);
    return done;
}

int flush(int descriptor, char const* name) {
    auto* const flush = real<int(int)>(name);
    Call const call;
    int const result = flush(descriptor);
    if (call && result == 0) call->flushed(descriptor);
    return result;
}

int unlink_path(char const* path, char const* name) {
    auto* const unlink = real<int(char const*)>(name);
    Call const call;
    if (call) call->forget(path);
    int const result = unlink(path);
    if (call && result == 0) call->unlinked(path);
    return result;
}

}  // namespace

Recorder::Recorder(std::filesystem::path const& folder) : folder_{folder} {
    std::lock_guard const lock{recording().mutex};
    recording().begin(folder_);
    recording().is_on = true;
}

Recorder::~Recorder() {
    std::lock_guard const lock{recording().mutex};
    recording().is_on = false;
}

void Recorder::promise(std::size_t state) {
    std::lock_guard const lock{recording().mutex};
    recording().promise(state);
}

Trace Recorder::trace() const {
    std::lock_guard const lock{recording().mutex};
    Disk disk;
    for (auto const& deed : recording().trace()) disk.carry_out(deed);
    auto seen = disk.as_seen();
    std::erase_if(seen, [](auto const& file) { return file.second.empty(); });
    if (seen != files_in(folder_))
        throw std::logic_error{"a change of the folder was not recorded"};
    return recording().trace();
}

}  // namespace settings::crash

// In place of the C library's: what SQLite and the store call.

using namespace settings::crash;

extern "C" {

ssize_t pwrite(int descriptor, void const* bytes, size_t count, off_t at) {
    return write_at(descriptor, bytes, count, at);
}
ssize_t pwrite64(int descriptor, void const* bytes, size_t count, off64_t at) {
    return write_at(descriptor, bytes, count, at);
}
ssize_t write(int descriptor, void const* bytes, size_t count) {
    static auto* const write = real<ssize_t(int, void const*, size_t)>("write");
    Call const call;
    auto const done = write(descriptor, bytes, count);
    if (call && done > 0)
        call->wrote(descriptor, bytes, static_cast<size_t>(done),
                    lseek(descriptor, 0, SEEK_CUR) - done);
    return done;
}
int ftruncate(int descriptor, off_t size) noexcept { return resize(descriptor, size); }
int ftruncate64(int descriptor, off64_t size) noexcept { return resize(descriptor, size); }
int fsync(int descriptor) { return flush(descriptor, "fsync"); }
int fdatasync(int descriptor) { return flush(descriptor, "fdatasync"); }
int unlink(char const* path) noexcept { return unlink_path(path, "unlink"); }
int remove(char const* path) noexcept { return unlink_path(path, "remove"); }
int rename(char const* from, char const* to) noexcept {
    static auto* const rename = real<int(char const*, char const*)>("rename");
    Call const call;
    if (call) call->forget(to);
    int const result = rename(from, to);
    if (call && result == 0) call->renamed(from, to);
    return result;
}

}  // extern "C"
