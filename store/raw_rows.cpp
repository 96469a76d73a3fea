#include "store/raw_rows.h"

#include <algorithm>
#include <string_view>
#include <utility>

namespace settings::store {
namespace {

constexpr std::size_t file_header_size = 100;  ///< before the header of page 1

enum PageType : unsigned char {
    interior_index = 0x02,
    interior_table = 0x05,
    leaf_index = 0x0a,
    leaf_table = 0x0d,
};

/// What is read runs out of its bounds, or cannot be.
struct UnreadableValue {};

/// Reads from a text, one thing after the other. Throws UnreadableValue at its end.
class Cursor {
  public:
    explicit Cursor(std::string_view text, std::size_t at = 0) : text_{text}, at_{at} {}

    [[nodiscard]] std::size_t at() const { return at_; }

    std::string_view take(std::size_t count) {
        if (at_ > text_.size() || count > text_.size() - at_) throw UnreadableValue{};
        return text_.substr(std::exchange(at_, at_ + count), count);
    }

    std::uint64_t number(std::size_t bytes) { return big_endian(take(bytes), 0, bytes); }

    /// At most nine bytes, of which the last has eight bits of the number and the others seven.
    std::uint64_t varint() {
        std::uint64_t value = 0;
        for (int index = 0; index < 8; ++index) {
            auto const byte = number(1);
            value = value << 7 | (byte & 0x7f);
            if ((byte & 0x80) == 0) return value;
        }
        return value << 8 | number(1);
    }

  private:
    std::string_view text_;
    std::size_t at_;
};

/// How much of a payload stands on the page itself.
std::size_t bytes_on_page(std::uint64_t payload, std::size_t page_size, bool is_table) {
    auto const most = is_table ? page_size - 35 : (page_size - 12) * 64 / 255 - 23;
    if (payload <= most) return static_cast<std::size_t>(payload);
    auto const least = (page_size - 12) * 32 / 255 - 23;
    auto const fitting = least + (payload - least) % (page_size - 4);
    return static_cast<std::size_t>(fitting <= most ? fitting : least);
}

/// A payload with what of it stands on a chain of other pages.
std::string read_payload(RawPages& pages, Cursor& cell, std::uint64_t size, bool is_table) {
    if (size > std::uint64_t{pages.count()} * pages.size()) throw UnreadableValue{};
    auto const here = bytes_on_page(size, pages.size(), is_table);
    std::string payload{cell.take(here)};
    if (here == size) return payload;
    auto next = static_cast<std::uint32_t>(cell.number(4));
    while (payload.size() < size) {
        auto const page = pages.page(next);
        if (!page) throw UnreadableValue{};
        Cursor overflow{*page};
        next = static_cast<std::uint32_t>(overflow.number(4));
        payload += overflow.take(std::min<std::size_t>(page->size() - 4, size - payload.size()));
    }
    return payload;
}

/// An integer of that many bytes, in two's complement.
std::int64_t read_integer(Cursor& body, std::size_t bytes) {
    auto const bits = static_cast<unsigned>(64 - 8 * bytes);
    return static_cast<std::int64_t>(body.number(bytes) << bits) >> bits;
}

// The types of values (sqlite.org/fileformat2.html, 2.1).
constexpr std::uint64_t real = 7, zero = 8, one = 9, first_blob = 12, first_text = 13;

bool is_odd(std::uint64_t type) { return type == real || (type >= first_blob && type % 2 == 0); }

/// Passes over a fraction or a blob.
void skip_odd(Cursor& body, std::uint64_t type) {
    constexpr std::size_t bytes_of_real = 8;
    body.take(type == real ? bytes_of_real : (type - first_blob) / 2);
}

/// A value that is not odd, by its type.
SqlValue read_value(Cursor& body, std::uint64_t type) {
    constexpr std::size_t sizes[] = {0, 1, 2, 3, 4, 6, 8};
    if (type == 0) return std::monostate{};
    if (type < real) return read_integer(body, sizes[type]);
    if (type == zero || type == one) return static_cast<std::int64_t>(type - zero);
    if (type < first_text) throw UnreadableValue{};
    return std::string{body.take((type - first_text) / 2)};
}

void read_record(std::string_view payload, RawRow& row) {
    Cursor header{payload};
    auto const header_size = header.varint();
    if (header_size > payload.size()) throw UnreadableValue{};
    Cursor body{payload, static_cast<std::size_t>(header_size)};
    while (header.at() < header_size) {
        auto const type = header.varint();
        if (is_odd(type)) {
            skip_odd(body, type);
            row.odd.push_back(row.values.size());
            row.values.emplace_back();
        } else {
            row.values.push_back(read_value(body, type));
        }
    }
}

/// Reads the cells of one page.
class PageReader {
  public:
    PageReader(RawPages& pages, std::string_view page, std::size_t header)
        : pages_{pages}, page_{page}, header_{header} {}

    RawPage read() {
        Cursor header{page_, header_};
        type_ = static_cast<unsigned char>(header.number(1));
        header.take(2);
        auto const cells = header.number(2);
        header.take(3);
        if (is_interior()) take_child(header);
        for (std::uint64_t cell = 0; cell < cells; ++cell) try {
                read_cell(header.number(2));
            } catch (UnreadableValue const&) {
                ++found_.unreadable;
            }
        return std::move(found_);
    }

  private:
    [[nodiscard]] bool is_interior() const {
        return type_ == interior_index || type_ == interior_table;
    }

    void take_child(Cursor& at) {
        found_.children.push_back(static_cast<std::uint32_t>(at.number(4)));
    }

    void read_cell(std::uint64_t at) {
        Cursor cell{page_, static_cast<std::size_t>(at)};
        if (is_interior()) take_child(cell);
        if (type_ == interior_table) return;
        RawRow row;
        auto const size = cell.varint();
        if (type_ == leaf_table) row.rowid = static_cast<std::int64_t>(cell.varint());
        read_record(read_payload(pages_, cell, size, type_ == leaf_table), row);
        found_.rows.push_back(std::move(row));
    }

    RawPages& pages_;
    std::string_view page_;
    std::size_t header_;
    unsigned char type_ = 0;
    RawPage found_;
};

}  // namespace

std::optional<RawPage> read_raw(RawPages& pages, std::uint32_t number) try {
    auto const page = pages.page(number);
    if (!page) return std::nullopt;
    auto const header = number == 1 ? file_header_size : 0;
    auto const type = static_cast<unsigned char>(page->at(header));
    if (type != interior_index && type != interior_table && type != leaf_index &&
        type != leaf_table)
        return std::nullopt;
    return PageReader{pages, *page, header}.read();
} catch (UnreadableValue const&) {
    return std::nullopt;
}

std::vector<bool> free_pages(RawPages& pages) {
    constexpr std::size_t first_in_header = 32;
    auto const first = pages.page(1);
    if (!first || !first->starts_with("SQLite format 3")) return {};
    std::vector<bool> is_free(std::size_t{pages.count()} + 1);
    auto trunk = static_cast<std::uint32_t>(big_endian(*first, first_in_header, 4));
    while (trunk != 0 && trunk < is_free.size() && !is_free[trunk]) {
        is_free[trunk] = true;
        auto const page = pages.page(trunk);
        if (!page) break;
        auto const leaves = std::min<std::uint64_t>(big_endian(*page, 4, 4), page->size() / 4 - 2);
        for (std::size_t leaf = 0; leaf < leaves; ++leaf)
            if (auto const free = big_endian(*page, 8 + 4 * leaf, 4); free < is_free.size())
                is_free[free] = true;
        trunk = static_cast<std::uint32_t>(big_endian(*page, 0, 4));
    }
    return is_free;
}

}  // namespace settings::store
