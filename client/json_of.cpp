#include "client/json_of.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

#include "model/limits.h"

namespace settings::client {
namespace {

class Tree {
  public:
    explicit Tree(settings_value const& root)
        : values_left_{root.size / (2 * sizeof(std::uint32_t))} {}

    std::optional<Json> json(settings_value const& value) {
        if (values_left_ == 0 || depth_ > limits::remote_depth) return std::nullopt;
        --values_left_;
        switch (value.kind) {
            case SETTINGS_NULL: return Json{};
            case SETTINGS_FALSE: return Json(false);
            case SETTINGS_TRUE: return Json(true);
            case SETTINGS_INTEGER: return integer(value);
            case SETTINGS_NATURAL: return number(value, settings_value_natural, std::uint64_t{});
            case SETTINGS_REAL: return number(value, settings_value_real, double{});
            case SETTINGS_TEXT: return Json(text(value));
            case SETTINGS_LIST: return list(value);
            case SETTINGS_OBJECT: return object(value);
        }
        return std::nullopt;
    }

  private:
    template <class T>
    static Json number(settings_value const& value, int (*read)(settings_value const*, T*), T out) {
        read(&value, &out);
        return Json(out);
    }

    /// As a parser has it, to which a number without a sign is an unsigned one.
    static Json integer(settings_value const& value) {
        auto const number = Tree::number(value, settings_value_integer, std::int64_t{});
        return number < 0 ? number : Json(number.get<std::uint64_t>());
    }

    static std::string text(settings_value const& value) {
        char const* begin = nullptr;
        settings_value_text(&value, &begin);
        return {begin, value.count};
    }

    std::optional<Json> item(settings_value const& of, std::uint32_t number) {
        settings_value value;
        if (settings_value_item(&of, number, &value) != SETTINGS_FOUND) return std::nullopt;
        ++depth_;
        auto made = json(value);
        --depth_;
        return made;
    }

    std::optional<Json> list(settings_value const& value) {
        auto made = Json::array();
        for (std::uint32_t number = 0; number < value.count; ++number) {
            auto element = item(value, number);
            if (!element) return std::nullopt;
            made.push_back(*std::move(element));
        }
        return made;
    }

    std::optional<Json> object(settings_value const& value) {
        auto made = Json::object();
        for (std::uint32_t number = 0; number < value.count; ++number) {
            settings_value name;
            auto member = item(value, number);
            if (!member || settings_value_name(&value, number, &name) != SETTINGS_FOUND)
                return std::nullopt;
            made[text(name)] = *std::move(member);
        }
        return made;
    }

    std::uint64_t values_left_;
    std::size_t depth_ = 0;
};

}  // namespace

std::optional<Json> json_of(settings_value const& value) { return Tree{value}.json(value); }

}  // namespace settings::client
