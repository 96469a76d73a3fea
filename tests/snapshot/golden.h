#pragma once

#include <algorithm>
#include <array>
#include <fstream>
#include <iterator>
#include <memory>
#include <string>

#include "model/tag.h"
#include "snapshot/mapped_file.h"

namespace settings::snapshot {

/// What the golden file holds, as docs/snapshot.md has it: two commits, of which the second one
/// changes a key and removes another.
inline constexpr Tag golden_tag{7, 0x9f86d081884c7d65};
inline constexpr MappedFile::Size golden_size{16, 576};
inline constexpr std::array golden_first{
    Change{"theme", R"("dark")"},
    Change{"gone", "1"},
    Change{"editor", R"({"font":{"size":9},"font.size":12,"fontSize":14,"ruler":null})"},
    Change{"numbers", R"([-1,9223372036854775807,18446744073709551615,0.5,true,false])"},
    Change{"empty", R"([{},[],""])"},
};
inline constexpr std::array golden_second{
    Change{"theme", R"("light")"},
    Change{"gone", std::nullopt},
};

/// Bytes as aligned as a mapping's, and none behind them.
class Bytes {
  public:
    explicit Bytes(std::string const& text)
        : bytes_{std::make_unique<char[]>(text.size())}, size_{text.size()} {
        std::ranges::copy(text, bytes_.get());
    }

    [[nodiscard]] void const* data() const { return bytes_.get(); }
    [[nodiscard]] std::size_t size() const { return size_; }

  private:
    std::unique_ptr<char[]> bytes_;
    std::size_t size_;
};

/// The golden file's bytes.
[[nodiscard]] inline std::string golden() {
    std::ifstream stream{GOLDEN, std::ios::binary};
    return {std::istreambuf_iterator<char>{stream}, {}};
}

}  // namespace settings::snapshot
