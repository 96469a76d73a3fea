// What a daemon keeps in memory while nobody asks it for anything.

#include <sstream>

#include "tests/support/programs.h"
#include "tests/system/support/system_test.h"

namespace settings::system_test {
namespace {

class MemoryTest : public SystemTest {
  protected:
    /// So much of the daemon's own code is in its memory, in KiB.
    [[nodiscard]] std::int64_t mapped_code() {
        std::istringstream maps{
            read_text("/proc/" + std::to_string(device().process().pid()) + "/smaps")};
        bool is_code = false;
        for (std::string line; std::getline(maps, line);) {
            if (line.find(" r-xp ") != line.npos) is_code = line.ends_with("/settingsd");
            if (is_code && line.starts_with("Rss:")) return std::stoll(line.substr(4));
        }
        return 0;
    }
};

TEST_F(MemoryTest, CodeGoesBackOnceNobodyAsksAnyMore) {
    boot();
    patch(device(), {{"theme", "dark"}});
    expect_sync(device());
    for (auto const* path : {"/settings/user", "/v1/status", "/v1/journal", "/v1/conflicts"})
        ask(device(), "GET", path);
    auto const used = mapped_code();
    ASSERT_GT(used, 0);

    eventually("less of it is mapped", [&] { return mapped_code() < used; });
}

}  // namespace
}  // namespace settings::system_test
