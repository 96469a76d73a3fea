// A library for LD_PRELOAD: calls about the files of one folder fail as the test says.

#include "tests/crash/faulty_disk.h"

#include <dlfcn.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cerrno>
#include <cstdarg>
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>
#include <string_view>

namespace settings::crash {
namespace {

/// The C library's own function of that name.
template <class Function>
Function* real(char const* name) {
    return reinterpret_cast<Function*>(dlsym(RTLD_NEXT, name));
}

Control* map_control() {
    char const* const name = std::getenv("FAULTY_DISK");
    if (name == nullptr) return nullptr;
    int const file = real<int(char const*, int, ...)>("open")(name, O_RDWR | O_CLOEXEC);
    if (file < 0) return nullptr;
    auto* const place = real<void*(void*, size_t, int, int, int, off_t)>("mmap")(
        nullptr, sizeof(Control), PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
    close(file);
    return place == MAP_FAILED ? nullptr : static_cast<Control*>(place);
}

Control* control() {
    static auto* const the_one = map_control();
    return the_one;
}

bool is_inside(std::string_view path) {
    return control() != nullptr && path.starts_with(control()->folder.data());
}

/// Empty for none.
std::string path_of(int descriptor) {
    std::array<char, 4096> path{};
    auto const link = "/proc/self/fd/" + std::to_string(descriptor);
    if (readlink(link.c_str(), path.data(), path.size() - 1) < 0) return {};
    return path.data();
}

bool is_inside(int descriptor) {
    if (control() == nullptr || descriptor < 0) return false;
    return is_inside(std::string_view{path_of(descriptor)});
}

/// What a call comes to that is about the folder.
Fault next(Kind kind) {
    auto& shared = *control();
    auto const number = ++shared.calls;
    if (number <= Control::kinds_known) shared.kinds[number - 1] = kind;
    bool const is_due =
        shared.at != 0 && (number == shared.at || (shared.lasts && number > shared.at));
    if (!is_due) return Fault::none;
    if (shared.fault == Fault::killed) kill(getpid(), SIGKILL);
    return shared.fault;
}

int error_of(Fault fault) {
    switch (fault) {
        case Fault::io_error: return EIO;
        case Fault::no_space: return ENOSPC;
        case Fault::read_only: return EROFS;
        case Fault::no_descriptors: return EMFILE;
        default: return 0;
    }
}

/// Whether a call about such a place fails. Sets errno.
bool fails(Kind kind, auto place) {
    if (!is_inside(place)) return false;
    auto const fault = next(kind);
    bool const is_for_open = fault == Fault::no_descriptors;
    if (is_for_open && kind != Kind::open) return false;
    int const error = error_of(fault);
    if (error != 0) errno = error;
    return error != 0;
}

/// What a write comes to without being done; else `count` is how much of it is to be done.
std::optional<ssize_t> spoil(int descriptor, size_t& count) {
    if (!is_inside(descriptor)) return std::nullopt;
    auto const fault = next(Kind::write);
    // What is shared in memory has to be there: whoever touches it would get SIGBUS.
    bool const is_mapped = path_of(descriptor).ends_with("-shm");
    if (fault == Fault::lies && !is_mapped) return static_cast<ssize_t>(count);
    if (fault == Fault::cut_short) count /= 2;
    if (fault == Fault::no_descriptors || error_of(fault) == 0) return std::nullopt;
    errno = error_of(fault);
    return -1;
}

int open_path(char const* name, char const* path, int flags, mode_t mode) {
    if (fails(Kind::open, std::string_view{path})) return -1;
    return real<int(char const*, int, ...)>(name)(path, flags, mode);
}

int by_descriptor(char const* name, Kind kind, int descriptor) {
    return fails(kind, descriptor) ? -1 : real<int(int)>(name)(descriptor);
}

int by_path(char const* name, char const* path) {
    if (fails(Kind::unlink, std::string_view{path})) return -1;
    return real<int(char const*)>(name)(path);
}

int resize(char const* name, int descriptor, off_t size) {
    return fails(Kind::resize, descriptor) ? -1 : real<int(int, off_t)>(name)(descriptor, size);
}

ssize_t write_at(char const* name, int descriptor, void const* bytes, size_t count, off_t at) {
    if (auto const instead = spoil(descriptor, count)) return *instead;
    return real<ssize_t(int, void const*, size_t, off_t)>(name)(descriptor, bytes, count, at);
}

void* map(char const* name, void* at, size_t size, int access, int flags, int file, off_t offset) {
    if (fails(Kind::map, file)) return MAP_FAILED;
    return real<void*(void*, size_t, int, int, int, off_t)>(name)(at, size, access, flags, file,
                                                                  offset);
}

mode_t mode_in(int flags, va_list list) {
    return (flags & (O_CREAT | O_TMPFILE)) != 0 ? va_arg(list, mode_t) : 0;
}

}  // namespace
}  // namespace settings::crash

// In place of the C library's: what SQLite and the store call.

using namespace settings::crash;

extern "C" {

int open(char const* path, int flags, ...) {
    va_list list;
    va_start(list, flags);
    auto const mode = mode_in(flags, list);
    va_end(list);
    return open_path("open", path, flags, mode);
}
int open64(char const* path, int flags, ...) {
    va_list list;
    va_start(list, flags);
    auto const mode = mode_in(flags, list);
    va_end(list);
    return open_path("open64", path, flags, mode);
}
FILE* fopen(char const* path, char const* how) {
    if (fails(Kind::open, std::string_view{path})) return nullptr;
    return real<FILE*(char const*, char const*)>("fopen")(path, how);
}
FILE* fopen64(char const* path, char const* how) {
    if (fails(Kind::open, std::string_view{path})) return nullptr;
    return real<FILE*(char const*, char const*)>("fopen64")(path, how);
}
int mkdir(char const* path, mode_t mode) noexcept {
    if (fails(Kind::open, std::string_view{path})) return -1;
    return real<int(char const*, mode_t)>("mkdir")(path, mode);
}
ssize_t pwrite(int descriptor, void const* bytes, size_t count, off_t at) {
    return write_at("pwrite", descriptor, bytes, count, at);
}
ssize_t pwrite64(int descriptor, void const* bytes, size_t count, off64_t at) {
    return write_at("pwrite64", descriptor, bytes, count, at);
}
ssize_t write(int descriptor, void const* bytes, size_t count) {
    if (auto const instead = spoil(descriptor, count)) return *instead;
    return real<ssize_t(int, void const*, size_t)>("write")(descriptor, bytes, count);
}
int ftruncate(int descriptor, off_t size) noexcept { return resize("ftruncate", descriptor, size); }
int ftruncate64(int descriptor, off64_t size) noexcept {
    return resize("ftruncate64", descriptor, size);
}
int fsync(int descriptor) { return by_descriptor("fsync", Kind::flush, descriptor); }
int fdatasync(int descriptor) { return by_descriptor("fdatasync", Kind::flush, descriptor); }
int unlink(char const* path) noexcept { return by_path("unlink", path); }
int remove(char const* path) noexcept { return by_path("remove", path); }
int rename(char const* from, char const* to) noexcept {
    if (fails(Kind::rename, std::string_view{from})) return -1;
    return real<int(char const*, char const*)>("rename")(from, to);
}
void* mmap(void* at, size_t size, int access, int flags, int file, off_t offset) noexcept {
    return map("mmap", at, size, access, flags, file, offset);
}
void* mmap64(void* at, size_t size, int access, int flags, int file, off64_t offset) noexcept {
    return map("mmap64", at, size, access, flags, file, offset);
}

}  // extern "C"
