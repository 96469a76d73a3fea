#include "tests/snapshot/walk.h"

#include <cstring>
#include <initializer_list>
#include <string>
#include <string_view>

namespace settings::snapshot {
namespace {

class Walk {
  public:
    [[nodiscard]] std::size_t count() const { return count_; }

    void value(settings_value const& value) {
        if (++count_ == most) return;
        int truth = 0;
        std::int64_t integer = 0;
        std::uint64_t natural = 0;
        double real = 0;
        settings_value_boolean(&value, &truth);
        settings_value_integer(&value, &integer);
        settings_value_natural(&value, &natural);
        settings_value_real(&value, &real);
        text(value);
        children(value);
    }

  private:
    static constexpr std::size_t most = 2'000;

    /// Each byte is read, as a program that shows the text would.
    static void text(settings_value const& value) {
        char const* begin = nullptr;
        if (settings_value_text(&value, &begin) == 0) return;
        [[maybe_unused]] bool const volatile has_zero =
            std::memchr(begin, '\0', value.count) != nullptr;
    }

    void children(settings_value const& of) {
        for (std::uint32_t number = 0; number < of.count && count_ < most; ++number) {
            settings_value name, inner;
            if (settings_value_name(&of, number, &name) == SETTINGS_FOUND) {
                text(name);
                member(of, name);
            }
            if (settings_value_item(&of, number, &inner) != SETTINGS_FOUND) return;
            value(inner);
        }
    }

    static void member(settings_value const& of, settings_value const& name) {
        char const* begin = nullptr;
        settings_value found;
        settings_value_text(&name, &begin);
        settings_value_member(&of, begin, name.count, &found);
    }

    std::size_t count_ = 0;
};

}  // namespace

std::size_t walk(settings_snapshot const& map) {
    Walk walk;
    for (std::string_view const path :
         {"theme", "editor", "editor.fontSize", "editor.font.size", "/editor/font.size", "/~1~0",
          "gone", "none", "empty", "a.b.c.d.e", "", "/", "numbers"}) {
        settings_value value;
        if (settings_snapshot_get(&map, path.data(), path.size(), &value) == SETTINGS_FOUND)
            walk.value(value);
    }
    return walk.count();
}

}  // namespace settings::snapshot
