#include "store/high_water.h"

#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

namespace settings::store {
namespace {

std::filesystem::path beside(std::filesystem::path store) { return store += "-revision"; }

}  // namespace

HighWater::HighWater(std::filesystem::path const& store)
    : descriptor_{open(beside(store).c_str(), O_WRONLY | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0600)} {}

HighWater::~HighWater() {
    if (descriptor_ >= 0) close(descriptor_);
}

void HighWater::note(Revision revision) {
    if (revision == noted_ || descriptor_ < 0) return;
    // Always of one length, so that one write replaces the other.
    char text[32];
    auto const length =
        std::snprintf(text, sizeof text, "%020lld\n", static_cast<long long>(revision));
    if (pwrite(descriptor_, text, static_cast<std::size_t>(length), 0) == length) noted_ = revision;
}

Revision HighWater::of(std::filesystem::path const& store) {
    constexpr Revision beyond_any = 1'000'000'000'000'000;
    std::ifstream file{beside(store)};
    Revision revision = 0;
    if (!(file >> revision) || revision < 0 || revision > beyond_any) return 0;
    return revision;
}

}  // namespace settings::store
