// What stands in the file may be anything. A sanitizer sees each byte that is read outside of it.

#include <gtest/gtest.h>
#include <settings_snapshot.h>

#include <cstring>

#include "settings/mapped_settings.h"
#include "tests/snapshot/golden.h"
#include "tests/snapshot/planted_file.h"
#include "tests/snapshot/walk.h"
#include "tests/support/temporary_folder.h"

namespace settings::snapshot {
namespace {

constexpr std::size_t file_bytes_at = offsetof(Header, file_bytes);

/// How many values a reader finds in it.
std::size_t values_in(std::string const& file) {
    Bytes const bytes{file};
    settings_snapshot map{};
    if (settings_snapshot_over(&map, bytes.data(), bytes.size()) != 0) return 0;
    return walk(map);
}

/// A file that was cut off, by somebody who knew what else to change.
std::string cut(std::string file, std::uint64_t bytes) {
    file.resize(bytes);
    if (bytes >= file_bytes_at + sizeof bytes)
        std::memcpy(file.data() + file_bytes_at, &bytes, sizeof bytes);
    return file;
}

template <class T>
void append(std::string& bytes, T const& value) {
    bytes.append(reinterpret_cast<char const*>(&value), sizeof value);
}

/// A file of one slot, with one record of this key.
std::string file_with(std::string const& key, std::string const& tree) {
    std::string file;
    Header header;
    header.revision = 1;
    header.file_bytes =
        sizeof(Header) + sizeof(Slot) + sizeof(Record) + aligned(key.size()) + tree.size();
    append(file, header);
    append(file, Slot{sizeof(Header) + sizeof(Slot)});
    append(file, Record{static_cast<std::uint32_t>(key.size()), 1, tree.size()});
    file += key;
    file.resize(aligned(file.size()));
    return file + tree;
}

/// The file itself is one; what it says of the key is not believed.
void expect_nothing_of(std::string const& tree) {
    TemporaryFolder const folder;
    PlantedFile const planted{folder / "socket.snapshot", file_with("key", tree)};
    client::MappedSettings map{folder / "socket"};

    EXPECT_TRUE(map.refresh());
    EXPECT_FALSE(map.find("key"));
}

TEST(HostileFileTest, TheGoldenFileIsWalkedWhole) {
    EXPECT_GT(values_in(golden()), 20U) << "or the other tests show nothing";
}

TEST(HostileFileTest, AChangeOfAnyByteHarmsNoReader) {
    auto const whole = golden();
    std::size_t changed = 0;
    for (std::size_t place = 0; place < whole.size(); ++place)
        for (unsigned const bits : {0x01U, 0x08U, 0x80U, 0xffU}) {
            auto file = whole;
            file[place] = static_cast<char>(static_cast<unsigned char>(file[place]) ^ bits);
            changed += values_in(file) != values_in(whole) ? 1 : 0;
        }
    EXPECT_GT(changed, 100U) << "some of these bytes lead somewhere";
}

TEST(HostileFileTest, AFileThatWasCutOffIsNone) {
    auto const whole = golden();
    for (std::size_t bytes = 0; bytes < whole.size(); ++bytes)
        EXPECT_EQ(values_in(whole.substr(0, bytes)), 0U) << bytes;
}

TEST(HostileFileTest, AFileThatWasCutOffWithCareHarmsNoReader) {
    auto const whole = golden();
    for (std::size_t bytes = 0; bytes < whole.size(); ++bytes)
        EXPECT_LE(values_in(cut(whole, bytes)), values_in(whole)) << bytes;
}

TEST(HostileFileTest, ValuesThatShareTheirInnerOnesComeToNothing) {
    constexpr std::uint32_t depth = 40;  // 2 to the power of that many, to who makes JSON of them
    std::string tree;
    for (std::uint32_t level = 1; level <= depth; ++level) {
        append(tree, Node{Kind::list, 2});
        append(tree, level * 16);
        append(tree, level * 16);
    }
    append(tree, Node{Kind::null, 0});
    expect_nothing_of(tree);
}

TEST(HostileFileTest, AValueThatIsDeeperThanAnyDocumentComesToNothing) {
    constexpr std::uint32_t depth = 1'000'000;
    std::string tree;
    for (std::uint32_t level = 1; level <= depth; ++level) {
        append(tree, Node{Kind::list, 1});
        append(tree, std::uint64_t{level} * 16);
    }
    append(tree, Node{Kind::null, 0});
    expect_nothing_of(tree);
}

TEST(HostileFileTest, AValueIsNotInsideItself) {
    struct {
        Node node{Kind::list, 1};
        Element itself = 0;
        std::uint32_t padding = 0;
    } const loop;
    settings_value const begin{reinterpret_cast<unsigned char const*>(&loop), sizeof loop, 0,
                               SETTINGS_NULL, 0};
    settings_value root{}, inner{};
    ASSERT_EQ(settings_node_(&begin, 0, &root), SETTINGS_FOUND);

    EXPECT_EQ(settings_value_item(&root, 0, &inner), SETTINGS_BROKEN);
}

}  // namespace
}  // namespace settings::snapshot
