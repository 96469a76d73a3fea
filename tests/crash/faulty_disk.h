#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>

namespace settings::crash {

/// What a call of the C library about a file may come to.
enum class Fault : std::uint32_t {
    none,
    io_error,        ///< EIO
    no_space,        ///< ENOSPC
    read_only,       ///< EROFS
    no_descriptors,  ///< EMFILE
    cut_short,       ///< a write stores the first half of what it was given
    lies,    ///< a write that stores nothing and says that it did: to see that it is noticed
    killed,  ///< the process is, before the call
};

enum class Kind : std::uint8_t { none, open, write, flush, resize, rename, unlink, map };

/// Shared by faulty_disk.cpp, in front of the C library of the process under test, and the test: a
/// file that both have mapped. Its name is in the environment variable FAULTY_DISK.
struct Control {
    static constexpr std::size_t kinds_known = 8'192;

    std::array<char, 256> folder;  ///< calls about what is in it count
    std::uint64_t at;              ///< number of the call that fails, from 1; 0 for none
    Fault fault;
    bool lasts;  ///< as do all calls after it
    std::atomic<std::uint64_t> calls;
    std::array<Kind, kinds_known> kinds;  ///< of each call, in order
};

}  // namespace settings::crash
