#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string_view>

/// The file that apps map, as docs/snapshot.md has it byte by byte. Numbers are in this machine's
/// order of bytes, since the file never leaves it.
namespace settings::snapshot {

/// Begins the file. The index follows it, and behind that come the records.
struct Header {
    std::array<char, 8> magic = {'s', 'e', 't', 't', 'i', 'n', 'g', 's'};
    std::uint32_t version = 1;
    std::uint32_t generation = 0;  ///< futex: odd while a commit is being published
    std::uint32_t replaced = 0;    ///< 1 once another file has come in this one's place
    std::uint32_t index_mask = 0;  ///< number of slots, a power of two, less one
    std::uint64_t file_bytes = 0;
    std::uint64_t store = 0;     ///< number of the store that the revision is of
    std::int64_t revision = -1;  ///< of the document, which is -1 until there is one
    std::array<std::uint64_t, 2> unused = {};
};
static_assert(sizeof(Header) == 64);

/// A slot of the index: where in the file a key's newest record begins; 0 in a free one.
using Slot = std::uint64_t;

/// Slots that a search for a key looks at. Keys that were chosen to meet in one place would else
/// have each search look at all of them.
inline constexpr std::size_t longest_search = 1'024;

/// Begins a record. The key follows it, and in the next place for a Node the value.
struct Record {
    std::uint32_t key_bytes = 0;
    std::uint32_t is_present = 0;  ///< 0: the key was removed
    std::uint64_t value_bytes = 0;
};

/// What a value is.
enum class Kind : std::uint32_t { null, no, yes, integer, natural, real, text, list, object };

/// Begins each value inside a record. What follows depends on its kind: a number of eight bytes;
/// the bytes of a text; a table of Elements or Members and, behind it, what they lead to. Whatever
/// it is ends at a multiple of `alignment`.
struct Node {
    Kind kind = Kind::null;
    std::uint32_t count = 0;  ///< bytes of a text, elements of a list, members of an object
};

/// Offsets from where the record's value begins.
using Element = std::uint32_t;
struct Member {
    std::uint32_t name = 0;  ///< a Node of kind text; sorted by its bytes
    std::uint32_t value = 0;
};

inline constexpr std::size_t alignment = 8;

[[nodiscard]] constexpr std::size_t aligned(std::size_t bytes) {
    return (bytes + alignment - 1) / alignment * alignment;
}

/// Says where in the index a search for a key begins: FNV-1a, with both halves folded into one.
[[nodiscard]] constexpr std::uint64_t hash_of(std::string_view key) {
    std::uint64_t hash = 0xcbf29ce484222325;
    for (char const c : key) hash = (hash ^ static_cast<unsigned char>(c)) * 0x100000001b3;
    return hash ^ (hash >> 32);
}

}  // namespace settings::snapshot
