#include <cstddef>
#include <cstdint>

#include "tests/fuzz/targets.h"

/// What libFuzzer calls with each of its inputs. TARGET is one of those in targets.h.
extern "C" int LLVMFuzzerTestOneInput(std::uint8_t const* bytes, std::size_t size) {
    settings::fuzz::TARGET({reinterpret_cast<char const*>(bytes), size});
    return 0;
}
