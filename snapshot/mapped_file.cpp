#include "snapshot/mapped_file.h"

#include <fcntl.h>
#include <linux/futex.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <atomic>
#include <cerrno>
#include <climits>
#include <cstring>
#include <string>

#include "os/file_identity.h"

namespace settings::snapshot {
namespace {

constexpr std::size_t index_at = sizeof(Header);
constexpr std::size_t largest_load = 70;  ///< taken slots in a hundred, beyond which searches grow

std::size_t arena_at(MappedFile::Size size) { return index_at + size.slots * sizeof(Slot); }

/// Waiting readers are other processes, so the word is no private one. A page that somebody cut off
/// is an error of this call and no SIGBUS.
void wake_all(void* word) { syscall(SYS_futex, word, FUTEX_WAKE, INT_MAX, nullptr, nullptr, 0); }

os::Descriptor make(std::filesystem::path const& path) {
    ::unlink(path.c_str());
    return os::Descriptor{
        ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, 0600)};
}

/// Tells readers that this process is alive. It goes with the descriptor, however that ends.
bool lock(os::Descriptor const& file) {
    struct flock whole {};
    whole.l_type = F_WRLCK;
    return ::fcntl(file.number(), F_OFD_SETLK, &whole) == 0;
}

/// Has the disk set all blocks aside, so that no page is missing when it is written to.
bool allocate(os::Descriptor const& file, std::size_t bytes) {
    int error = 0;
    do error = ::posix_fallocate(file.number(), 0, static_cast<off_t>(bytes));
    while (error == EINTR);
    errno = error;
    return error == 0;
}

std::byte* map(os::Descriptor const& file, std::size_t bytes) {
    auto* const mapping =
        ::mmap(nullptr, bytes, PROT_READ | PROT_WRITE, MAP_SHARED, file.number(), 0);
    return mapping == MAP_FAILED ? nullptr : static_cast<std::byte*>(mapping);
}

Error not_taken(std::filesystem::path const& path) {
    return {Errc::storage_full, path.string() + " cannot be written: " + std::strerror(errno)};
}

}  // namespace

Result<MappedFile> MappedFile::create(std::filesystem::path path, StoreId store, Size size) {
    auto file = make(path);
    if (!file.is_open()) return not_taken(path);
    auto const bytes = arena_at(size) + size.arena;
    Mapping mapping{nullptr, {bytes}};
    if (lock(file) && allocate(file, bytes)) mapping.reset(map(file, bytes));
    if (mapping)
        return MappedFile{std::move(path), std::move(file), std::move(mapping), size, store};
    auto const error = not_taken(path);
    ::unlink(path.c_str());
    return error;
}

MappedFile::MappedFile(std::filesystem::path path, os::Descriptor file, Mapping mapping, Size size,
                       StoreId store)
    : path_{std::move(path)},
      file_{std::move(file)},
      mapping_{std::move(mapping)},
      slots_{size.slots},
      end_{arena_at(size)} {
    Header begin;
    begin.index_mask = static_cast<std::uint32_t>(slots_ - 1);
    begin.file_bytes = bytes().size();
    begin.store = store;
    header() = begin;
}

MappedFile& MappedFile::operator=(MappedFile&& other) noexcept {
    std::swap(path_, other.path_);
    std::swap(file_, other.file_);
    std::swap(mapping_, other.mapping_);
    std::swap(slots_, other.slots_);
    std::swap(slots_taken_, other.slots_taken_);
    std::swap(end_, other.end_);
    return *this;
}

MappedFile::~MappedFile() {
    if (!file_.is_open()) return;
    if (is_in_place()) ::unlink(path_.c_str());
    retire(file_);
}

void MappedFile::Unmap::operator()(std::byte* mapping) const { ::munmap(mapping, bytes); }

template <class T>
T& MappedFile::at(std::size_t offset) const {
    return *reinterpret_cast<T*>(mapping_.get() + offset);
}

// The order matters: the records, what leads to them, and then the revision that promises them.
// Each store publishes those before it. While the generation is odd, some keys are of the old
// revision and some of the new one.
bool MappedFile::commit(Revision revision, Records const& records) {
    if (records.bytes.size() > bytes().size() - end_) return false;
    auto const begin = std::exchange(end_, end_ + records.bytes.size());
    std::memcpy(mapping_.get() + begin, records.bytes.data(), records.bytes.size());

    std::atomic_ref const generation{header().generation};
    auto const before = generation.load(std::memory_order_relaxed);
    generation.store(before + 1, std::memory_order_relaxed);
    for (auto const& [key, place] : records.places)
        if (!lead_to(begin + place, key)) return false;
    std::atomic_ref{header().revision}.store(revision, std::memory_order_release);
    generation.store(before + 2, std::memory_order_release);
    wake_all(&header().generation);
    return true;
}

/// Has the index lead to a record: by the slot that leads to an older one of the same key, or by
/// the first free one behind. False when that is too far to go, too few are free, or the file is
/// not as it was written.
bool MappedFile::lead_to(std::size_t record, std::string_view key) {
    auto const hash = hash_of(key);
    for (std::size_t step = 0; step < longest_search; ++step) {
        auto const place = (hash + step) & (slots_ - 1);
        std::atomic_ref const slot{at<Slot>(index_at + place * sizeof(Slot))};
        auto const there = slot.load(std::memory_order_relaxed);
        auto const taken_by = there == 0 ? key : key_at(there);
        if (!taken_by) return false;
        if (*taken_by != key) continue;
        if (there == 0 && !take_slot()) return false;
        slot.store(record, std::memory_order_release);
        return true;
    }
    return false;
}

bool MappedFile::take_slot() { return ++slots_taken_ * 100 <= slots_ * largest_load; }

std::optional<std::string_view> MappedFile::key_at(std::size_t record) const {
    if (record % alignment != 0 || record > end_ - sizeof(Record)) return std::nullopt;
    auto const key = record + sizeof(Record);
    auto const bytes = at<Record>(record).key_bytes;
    if (bytes > end_ - key) return std::nullopt;
    return std::string_view{&at<char>(key), bytes};
}

Result<void> MappedFile::move_to(std::filesystem::path path) {
    if (::rename(path_.c_str(), path.c_str()) != 0) return not_taken(path);
    path_ = std::move(path);
    return {};
}

bool MappedFile::is_in_place() const {
    auto const there = os::identity_of(path_);
    return there.is(os::identity_of(file_)) && there.bytes == bytes().size();
}

// By calls and not through a mapping, which would be a SIGBUS where somebody has cut the file off.
void retire(os::Descriptor const& file) {
    std::uint32_t const replaced = 1;
    std::uint32_t generation = 0;
    auto const generation_at = offsetof(Header, generation);
    bool const is_told =
        ::pwrite(file.number(), &replaced, sizeof replaced, offsetof(Header, replaced)) > 0 &&
        ::pread(file.number(), &generation, sizeof generation, generation_at) > 0;
    generation = (generation | 1) + 1;  // even, and another one
    if (!is_told || ::pwrite(file.number(), &generation, sizeof generation, generation_at) < 0)
        return;
    if (auto* const mapping = map(file, sizeof(Header)); mapping != nullptr) {
        wake_all(mapping + generation_at);
        ::munmap(mapping, sizeof(Header));
    }
}

void clear_away(std::filesystem::path const& path) {
    os::Descriptor const file{
        ::open(path.c_str(), O_RDWR | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC)};
    Header header;
    struct stat status {};
    bool const is_ours = file.is_open() && ::fstat(file.number(), &status) == 0 &&
                         S_ISREG(status.st_mode) && status.st_uid == ::geteuid() &&
                         ::pread(file.number(), &header, sizeof header, 0) == sizeof header &&
                         header.magic == Header{}.magic;
    if (!is_ours) return;
    ::unlink(path.c_str());
    retire(file);
}

}  // namespace settings::snapshot
