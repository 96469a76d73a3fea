#include "store/memory.h"

#include <gtest/gtest.h>

#include "store/schema.h"
#include "tests/support/temporary_folder.h"

namespace settings::store {
namespace {

TEST(MemoryTest, RemembersOneText) {
    auto connection = open_for_writing(":memory:");
    Memory memory{connection, Memory::engine};
    EXPECT_EQ(memory.recall(), std::nullopt);

    memory.remember("one");
    memory.remember("two");

    EXPECT_EQ(memory.recall(), "two");
}

TEST(MemoryTest, KeepsEachNameApart) {
    auto connection = open_for_writing(":memory:");
    Memory engine{connection, Memory::engine};
    Memory organization{connection, Memory::organization};
    engine.remember("one");
    organization.remember("two");

    organization.forget();

    EXPECT_EQ(organization.recall(), std::nullopt);
    EXPECT_EQ(engine.recall(), "one");
}

TEST(MemoryTest, IsRecalledOverAConnectionThatCanOnlyRead) {
    TemporaryFolder folder;
    auto writing = open_for_writing(folder / "settings.db");
    Memory{writing, Memory::engine}.remember("one");
    auto reading = open_for_reading(folder / "settings.db");

    EXPECT_EQ((Memory{reading, Memory::engine}.recall()), "one");
}

}  // namespace
}  // namespace settings::store
