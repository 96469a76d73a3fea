#include "model/footprint.h"

#include <string>
#include <variant>

namespace settings {
inline namespace model {
namespace {

constexpr std::size_t around_block = 16;  ///< what the heap adds to each block
constexpr std::size_t tree_links = 32;    ///< of each member of an object

std::size_t block(std::size_t bytes) { return bytes == 0 ? 0 : bytes + around_block; }

std::size_t footprint_of_text(std::string const& text) {
    bool const is_inside = text.capacity() <= std::string{}.capacity();
    return sizeof text + (is_inside ? 0 : block(text.capacity()));
}

std::size_t footprint_of_list(Json const& list) {
    auto const& values = list.get_ref<Json::array_t const&>();
    auto bytes = block(sizeof values) + block((values.capacity() - values.size()) * sizeof(Json));
    for (auto const& value : values) bytes += footprint(value);
    return bytes;
}

std::size_t footprint_of_object(Json const& object) {
    auto bytes = block(sizeof(Json::object_t));
    for (auto const& [name, value] : object.get_ref<Json::object_t const&>())
        bytes += block(tree_links) + footprint_of_text(name) + footprint(value);
    return bytes;
}

struct OfEdit {
    std::size_t operator()(Patch const& edit) const { return footprint(edit.partial); }
    std::size_t operator()(Replace const& edit) const { return footprint(edit.document); }
    std::size_t operator()(Erase const& edit) const {
        std::size_t bytes = 0;
        for (auto const& path : edit.paths) bytes += footprint_of_text(path);
        return bytes;
    }
    std::size_t operator()(Assignments const& edit) const {
        std::size_t bytes = 0;
        for (auto const& one : edit.list) bytes += sizeof one + of_parts(one);
        return bytes;
    }

    static std::size_t of_parts(Assignments::One const& one) {
        std::size_t bytes = one.value ? footprint(*one.value) : 0;
        if (auto const* text = std::get_if<std::string>(&one.path))
            return bytes + footprint_of_text(*text);
        for (auto const& name : std::get<Path>(one.path)) bytes += footprint_of_text(name);
        return bytes;
    }
};

}  // namespace

std::size_t footprint(Json const& value) {
    auto const itself = sizeof value;
    if (value.is_object()) return itself + footprint_of_object(value);
    if (value.is_array()) return itself + footprint_of_list(value);
    if (!value.is_string()) return itself;
    return itself + around_block + footprint_of_text(value.get_ref<std::string const&>());
}

std::size_t footprint(Texts const& document) {
    auto bytes = sizeof document;
    for (auto const& [key, text] : document)
        bytes +=
            block(tree_links) + footprint_of_text(key) + around_block + footprint_of_text(*text);
    return bytes;
}

std::size_t footprint(Edit const& edit) { return std::visit(OfEdit{}, edit); }

}  // namespace model
}  // namespace settings
