#include "daemon/host/spare_memory.h"

#include <link.h>
#include <malloc.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstddef>
#include <utility>

namespace settings::daemon {
namespace {

constexpr std::chrono::seconds quiet{5};
constexpr std::chrono::minutes between_releases{5};

/// Only segments that may run and not be written: they are never private copies (there are no text
/// relocations), so nothing is lost with them.
int release_code(dl_phdr_info* object, std::size_t, void*) {
    auto const page = static_cast<ElfW(Addr)>(sysconf(_SC_PAGESIZE));
    for (int n = 0; n < object->dlpi_phnum; ++n) {
        auto const& segment = object->dlpi_phdr[n];
        bool const is_code = segment.p_type == PT_LOAD && (segment.p_flags & PF_X) != 0 &&
                             (segment.p_flags & PF_W) == 0;
        if (!is_code) continue;
        auto const begin = (object->dlpi_addr + segment.p_vaddr) & ~(page - 1);
        auto const end = object->dlpi_addr + segment.p_vaddr + segment.p_memsz;
        // A hint: where the kernel does not want to, the pages just stay.
        // NOLINTNEXTLINE(performance-no-int-to-ptr): the loader tells addresses as integers.
        madvise(reinterpret_cast<void*>(begin), end - begin, MADV_DONTNEED);
    }
    return 0;
}

}  // namespace

void release_unused_memory() {
    malloc_trim(0);
    dl_iterate_phdr(release_code, nullptr);
}

SpareMemory::SpareMemory(boost::asio::any_io_executor executor)
    : quiet_{std::move(executor), [this] { release(); }} {}

void SpareMemory::used() {
    quiet_.start(std::max(loop::Deadline::Clock::now() + quiet, earliest_));
}

void SpareMemory::release() {
    earliest_ = loop::Deadline::Clock::now() + between_releases;
    release_unused_memory();
}

}  // namespace settings::daemon
