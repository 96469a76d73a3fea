#include "store/memory.h"

#include <gtest/gtest.h>

#include "store/schema.h"
#include "tests/support/temporary_folder.h"

namespace settings::store {
namespace {

TEST(MemoryTest, RemembersOneText) {
    auto connection = open_for_writing(":memory:");
    Memory memory{connection};
    EXPECT_EQ(memory.recall(), std::nullopt);

    memory.remember("one");
    memory.remember("two");

    EXPECT_EQ(memory.recall(), "two");
}

TEST(MemoryTest, IsRecalledOverAConnectionThatCanOnlyRead) {
    TemporaryFolder folder;
    auto writing = open_for_writing(folder / "settings.db");
    Memory{writing}.remember("one");
    auto reading = open_for_reading(folder / "settings.db");

    EXPECT_EQ(Memory{reading}.recall(), "one");
}

}  // namespace
}  // namespace settings::store
