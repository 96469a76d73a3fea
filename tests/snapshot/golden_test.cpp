// The format is a promise to readers in other languages and of other versions: its bytes stand in a
// file here, and are explained in docs/snapshot.md.

#include <gtest/gtest.h>
#include <settings_snapshot.h>

#include "tests/snapshot/golden.h"
#include "tests/support/process.h"
#include "tests/support/temporary_folder.h"

namespace settings::snapshot {
namespace {

class GoldenTest : public testing::Test {
  protected:
    Bytes const bytes{golden()};
    settings_snapshot map{};

    void SetUp() override {
        ASSERT_EQ(settings_snapshot_over(&map, bytes.data(), bytes.size()), 0);
    }

    settings_value at(std::string_view path) {
        settings_value value{};
        EXPECT_EQ(settings_snapshot_get(&map, path.data(), path.size(), &value), SETTINGS_FOUND)
            << path;
        return value;
    }
    settings_value item(settings_value const& of, std::uint32_t number) {
        settings_value value{};
        EXPECT_EQ(settings_value_item(&of, number, &value), SETTINGS_FOUND) << number;
        return value;
    }
    int look_up(std::string_view path) {
        settings_value value{};
        return settings_snapshot_get(&map, path.data(), path.size(), &value);
    }
    std::string text(settings_value const& value) {
        char const* begin = nullptr;
        EXPECT_EQ(settings_value_text(&value, &begin), 1);
        return {begin, value.count};
    }
};

TEST_F(GoldenTest, TheWriterWritesTheseBytes) {
    TemporaryFolder const folder;
    auto file = MappedFile::create(folder / "file", golden_tag.store, golden_size).value();
    ASSERT_TRUE(file.commit(golden_tag.revision - 1, records_of(golden_first).value()));
    ASSERT_TRUE(file.commit(golden_tag.revision, records_of(golden_second).value()));

    // A change of the format is a new version, with a file of its own beside this one.
    EXPECT_TRUE(read_text(folder / "file") == golden());
}

TEST_F(GoldenTest, TheHeaderSaysWhichStateItIs) {
    EXPECT_EQ(settings_snapshot_revision(&map), 7);
    EXPECT_EQ(settings_snapshot_store(&map), 0x9f86d081884c7d65);
    EXPECT_EQ(settings_snapshot_generation(&map), 4U);
    EXPECT_FALSE(settings_snapshot_is_replaced(&map));
}

TEST_F(GoldenTest, TheNewestRecordOfAKeyCounts) {
    EXPECT_EQ(text(at("theme")), "light");
    EXPECT_EQ(look_up("gone"), SETTINGS_ABSENT);
    EXPECT_EQ(look_up("none"), SETTINGS_ABSENT);
}

TEST_F(GoldenTest, ALeafIsFoundByItsPath) {
    auto const found = at("editor.fontSize");
    std::int64_t size = 0;

    EXPECT_EQ(settings_value_integer(&found, &size), 1);
    EXPECT_EQ(size, 14);
}

TEST_F(GoldenTest, EachKindOfValueIsReadAsWhatItIs) {
    auto const numbers = at("numbers");
    ASSERT_EQ(numbers.count, 6U);
    std::int64_t integer = 0;
    std::uint64_t natural = 0;
    double real = 0;
    int truth = 0;

    auto const minus_one = item(numbers, 0);
    EXPECT_EQ(settings_value_integer(&minus_one, &integer), 1);
    EXPECT_EQ(integer, -1);
    EXPECT_EQ(settings_value_natural(&minus_one, &natural), 0);
    auto const largest = item(numbers, 1);
    EXPECT_EQ(settings_value_natural(&largest, &natural), 1);
    EXPECT_EQ(natural, 9223372036854775807U);
    auto const beyond = item(numbers, 2);
    EXPECT_EQ(settings_value_integer(&beyond, &integer), 0);
    EXPECT_EQ(settings_value_natural(&beyond, &natural), 1);
    EXPECT_EQ(natural, 18446744073709551615U);
    auto const half = item(numbers, 3);
    EXPECT_EQ(settings_value_real(&half, &real), 1);
    EXPECT_EQ(real, 0.5);
    EXPECT_EQ(settings_value_real(&minus_one, &real), 1);
    EXPECT_EQ(real, -1);
    auto const yes = item(numbers, 4);
    EXPECT_EQ(settings_value_boolean(&yes, &truth), 1);
    EXPECT_EQ(truth, 1);
    auto const no = item(numbers, 5);
    EXPECT_EQ(settings_value_boolean(&no, &truth), 1);
    EXPECT_EQ(truth, 0);
    EXPECT_EQ(settings_value_boolean(&half, &truth), 0);
    EXPECT_EQ(at("editor.ruler").kind, SETTINGS_NULL);
    auto const empty = at("empty");
    EXPECT_EQ(item(empty, 0).kind, SETTINGS_OBJECT);
    EXPECT_EQ(item(empty, 1).kind, SETTINGS_LIST);
    EXPECT_EQ(text(item(empty, 2)), "");
    settings_value none{};
    EXPECT_EQ(settings_value_item(&empty, 3, &none), SETTINGS_ABSENT);
}

TEST_F(GoldenTest, TheLongestNameThatFitsComesFirst) {
    std::int64_t size = 0;
    auto const dotted = at("editor.font.size");
    EXPECT_EQ(settings_value_integer(&dotted, &size), 1);
    EXPECT_EQ(size, 12);
    auto const stepwise = at("/editor/font/size");
    EXPECT_EQ(settings_value_integer(&stepwise, &size), 1);
    EXPECT_EQ(size, 9);
}

TEST_F(GoldenTest, MembersAreListedByName) {
    auto const editor = at("editor");
    std::string names;
    for (std::uint32_t number = 0; number < editor.count; ++number) {
        settings_value name{};
        ASSERT_EQ(settings_value_name(&editor, number, &name), SETTINGS_FOUND);
        names += text(name) + ' ';
    }
    EXPECT_EQ(names, "font font.size fontSize ruler ");
}

}  // namespace
}  // namespace settings::snapshot
