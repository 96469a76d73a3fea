#include <settings_snapshot.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <memory>

#include "client/json_of.h"
#include "snapshot/mapped_file.h"
#include "tests/fuzz/targets.h"
#include "tests/support/temporary_folder.h"

namespace settings::fuzz {
namespace {

constexpr std::array paths{"theme", "gone", "editor",     "editor.font.size", "/editor/font.size",
                           "list",  "none", "a.b.c.d.e.f"};

/// A small file that was in use. Its records end where the file does, so that whatever is read
/// beyond them is outside.
std::string make_file() {
    using snapshot::Change;
    std::array const first{
        Change{"theme", R"("dark")"}, Change{"gone", "1"},
        Change{"editor", R"({"font":{"size":9},"font.size":12,"fontSize":14,"ruler":null})"},
        Change{"list", R"([-1,18446744073709551615,0.5,true,false,{},[],""])"}};
    std::array const second{Change{"theme", R"("light")"}, Change{"gone", std::nullopt}};
    auto const one = snapshot::records_of(first).value();
    auto const other = snapshot::records_of(second).value();
    TemporaryFolder const folder;
    auto file =
        snapshot::MappedFile::create(folder / "file", 5, {8, one.bytes.size() + other.bytes.size()})
            .value();
    expect(file.commit(1, one) && file.commit(2, other), "there is room for these");
    auto const bytes = file.bytes();
    return {reinterpret_cast<char const*>(bytes.data()), bytes.size()};
}

std::size_t number_from(std::string_view& bytes, std::size_t length) {
    std::size_t number = 0;
    for (; length > 0 && !bytes.empty(); --length, bytes.remove_prefix(1))
        number = number * 256 + static_cast<unsigned char>(bytes.front());
    return number;
}

/// Puts some bytes in the place of others: behind two bytes that name the place, and one that says
/// how many come. None at a place cuts there, and has the header say so.
void damage_file(std::string& file, std::string_view bytes) {
    while (!bytes.empty()) {
        auto const place = number_from(bytes, 2) % (file.size() + 1);
        auto const count = std::min(number_from(bytes, 1), bytes.size());
        if (count == 0) file.resize(place);
        auto const fitting = std::min(count, file.size() - place);
        file.replace(place, fitting, bytes.substr(0, fitting));
        bytes.remove_prefix(count);
    }
    std::uint64_t const size = file.size();
    constexpr std::size_t size_at = offsetof(snapshot::Header, file_bytes);
    if (size >= sizeof(snapshot::Header)) std::memcpy(file.data() + size_at, &size, sizeof size);
}

std::size_t values_of(client::Json const& json) {
    std::size_t values = 1;
    if (json.is_structured())
        for (auto const& inner : json) values += values_of(inner);
    return values;
}

}  // namespace

/// Whatever the file holds, a reader stays inside of it and comes to an end.
void snapshot(std::string_view bytes) {
    static std::string const sound = make_file();
    auto damaged = sound;
    damage_file(damaged, bytes);
    // As aligned as a mapping, and no byte longer.
    auto const file = std::make_unique<char[]>(damaged.size());
    std::ranges::copy(damaged, file.get());
    settings_snapshot map;
    if (settings_snapshot_over(&map, file.get(), damaged.size()) != 0) return;
    for (std::string_view const path : paths) {
        settings_value value;
        if (settings_snapshot_get(&map, path.data(), path.size(), &value) != SETTINGS_FOUND)
            continue;
        if (auto const json = client::json_of(value))
            expect(values_of(*json) * sizeof(snapshot::Node) <= damaged.size(),
                   "a file holds no more values than it has room for");
    }
    if (bytes.empty()) expect(map.size == sound.size(), "a sound file is read");
}

}  // namespace settings::fuzz
