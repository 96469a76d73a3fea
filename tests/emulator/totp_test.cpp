#include "emulator/totp.h"

#include <gtest/gtest.h>

namespace settings::emulator {
namespace {

using std::chrono::seconds;

constexpr char const* key = "12345678901234567890";

TEST(TotpTest, CountsAsRfc4226Does) {
    // Appendix D.
    char const* const codes[]{"755224", "287082", "359152", "969429", "338314",
                              "254676", "287922", "162583", "399871", "520489"};
    std::uint64_t counter = 0;
    for (auto const* code : codes) EXPECT_EQ(one_time_password(key, counter++), code);
}

TEST(TotpTest, TellsTheTimeAsRfc6238Does) {
    // Appendix B, SHA1.
    std::pair<std::int64_t, char const*> const codes[]{{59, "94287082"},
                                                       {1'111'111'109, "07081804"},
                                                       {1'111'111'111, "14050471"},
                                                       {1'234'567'890, "89005924"},
                                                       {2'000'000'000, "69279037"},
                                                       {20'000'000'000, "65353130"}};
    for (auto const& [since_1970, code] : codes)
        EXPECT_EQ(one_time_password(key, step_at(Time{seconds{since_1970}}), 8), code);
}

TEST(TotpTest, ReadsKeysAsRfc4648WritesThem) {
    EXPECT_EQ(key_in("GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"), key);
    EXPECT_EQ(key_in("MY======"), "f");
    EXPECT_EQ(key_in("MZXW6YTBOI======"), "foobar");
    EXPECT_EQ(key_in("mzxw6ytboi"), "foobar");
}

TEST(TotpTest, KnowsWhatIsNoKey) {
    for (auto const* text : {"", "=", "MZXW 6YTB", "01", "MY==MY", "M\xc3\x9c"})
        EXPECT_EQ(key_in(text), std::nullopt) << text;
}

}  // namespace
}  // namespace settings::emulator
