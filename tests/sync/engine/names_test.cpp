#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>
#include <string>

#include "sync/engine/explain.h"

namespace settings::sync {
namespace {

using testing::Contains;
using testing::Not;

/// The names of all enumerators up to the last one, which may not have the same name twice.
template <class Enum>
std::set<std::string> names_up_to(Enum last) {
    std::set<std::string> names;
    for (int each = 0; each <= static_cast<int>(last); ++each)
        EXPECT_TRUE(names.insert(name_of(static_cast<Enum>(each))).second) << each;
    return names;
}

TEST(NamesTest, EachRestFaultAndStateHasANameOfItsOwn) {
    EXPECT_THAT(names_up_to(Rest::stopped), Not(Contains("unknown")));
    EXPECT_THAT(names_up_to(Fault::storage), Not(Contains("unknown")));
    EXPECT_THAT(names_up_to(State::paused), Not(Contains("unknown")));
}

}  // namespace
}  // namespace settings::sync
