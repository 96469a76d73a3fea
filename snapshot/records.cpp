#include "snapshot/records.h"

#include <cstdint>
#include <cstring>
#include <utility>

#include "model/json.h"
#include "model/limits.h"
#include "snapshot/format.h"

namespace settings::snapshot {
namespace {

template <class T>
void append(std::string& bytes, T const& value) {
    bytes.append(reinterpret_cast<char const*>(&value), sizeof value);
}

void append_padded(std::string& bytes, std::string_view text) {
    bytes += text;
    bytes.resize(aligned(bytes.size()));
}

/// Appends one value as a tree of nodes, in which each offset leads forward.
class Tree {
  public:
    explicit Tree(std::string& bytes) : bytes_{bytes}, begin_{bytes.size()} {}

    void add(Json const& value) {
        switch (value.type()) {
            case Json::value_t::boolean: return node(value.get<bool>() ? Kind::yes : Kind::no);
            case Json::value_t::number_integer: return number(value.get<std::int64_t>());
            case Json::value_t::number_unsigned: return number(value.get<std::uint64_t>());
            case Json::value_t::number_float: return number(Kind::real, value.get<double>());
            case Json::value_t::string: return text(value.get_ref<std::string const&>());
            case Json::value_t::array: return list(value);
            case Json::value_t::object: return object(value.get_ref<Json::object_t const&>());
            default: return node(Kind::null);
        }
    }

  private:
    void node(Kind kind, std::size_t count = 0) {
        append(bytes_, Node{kind, static_cast<std::uint32_t>(count)});
    }

    template <class T>
    void number(Kind kind, T value) {
        node(kind);
        append(bytes_, value);
    }
    void number(std::int64_t value) { number(Kind::integer, value); }
    void number(std::uint64_t value) {
        bool const fits = value <= static_cast<std::uint64_t>(INT64_MAX);
        number(fits ? Kind::integer : Kind::natural, value);
    }

    void text(std::string_view text) {
        node(Kind::text, text.size());
        append_padded(bytes_, text);
    }

    void list(Json const& elements) {
        node(Kind::list, elements.size());
        auto place = room_for<Element>(elements.size());
        for (auto const& element : elements) {
            place = put(place, here());
            add(element);
        }
    }

    void object(Json::object_t const& members) {
        node(Kind::object, members.size());
        auto place = room_for<Member>(members.size());
        for (auto const& [name, value] : members) {
            auto const name_at = here();
            text(name);
            place = put(place, Member{name_at, here()});
            add(value);
        }
    }

    /// Offset of what is appended next.
    [[nodiscard]] std::uint32_t here() const {
        return static_cast<std::uint32_t>(bytes_.size() - begin_);
    }

    /// Leaves room for a table, and returns where it begins.
    template <class Entry>
    std::size_t room_for(std::size_t count) {
        auto const place = bytes_.size();
        bytes_.resize(aligned(place + count * sizeof(Entry)));
        return place;
    }

    /// Fills in one entry, and returns where the next one begins.
    template <class Entry>
    std::size_t put(std::size_t place, Entry entry) {
        std::memcpy(bytes_.data() + place, &entry, sizeof entry);
        return place + sizeof entry;
    }

    std::string& bytes_;
    std::size_t begin_;
};

/// A value of nothing is that of a key that was removed.
void append_record(std::string& bytes, std::string_view key, Json const* value) {
    Record record{static_cast<std::uint32_t>(key.size()), value != nullptr ? 1U : 0U, 0};
    auto const begin = bytes.size();
    append(bytes, record);
    append_padded(bytes, key);
    auto const value_at = bytes.size();
    if (value != nullptr) Tree{bytes}.add(*value);
    record.value_bytes = bytes.size() - value_at;
    std::memcpy(bytes.data() + begin, &record, sizeof record);
}

}  // namespace

Result<Records> records_of(std::span<Change const> changes) {
    Records records;
    for (auto const& [key, text] : changes) {
        std::optional<Json> value;
        if (text) {
            auto parsed = parse_json(*text, {.depth = limits::remote_depth});
            if (!parsed) return parsed.error();
            value = *std::move(parsed);
        }
        records.places.push_back({key, records.bytes.size()});
        append_record(records.bytes, key, pointer_to(value));
    }
    return records;
}

}  // namespace settings::snapshot
