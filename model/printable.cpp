#include "model/printable.h"

#include <boost/locale/utf.hpp>
#include <cstdint>

#include "model/json.h"

namespace settings {
inline namespace model {
namespace {

namespace utf = boost::locale::utf;

/// The code point that a character stands for; none for a byte that is no UTF-8.
std::uint32_t code_of(std::string_view character) {
    auto const* begin = character.begin();
    return utf::utf_traits<char>::decode(begin, character.end());
}

bool steers(std::uint32_t code) {
    bool const is_control = code < 0x20 || (code >= 0x7F && code <= 0x9F);
    bool const is_mark_of_direction = code == 0x061C || code == 0x200E || code == 0x200F;
    bool const is_separator_or_embedding = code >= 0x2028 && code <= 0x202E;
    bool const is_isolate_or_shaping = code >= 0x2066 && code <= 0x206F;
    return is_control || is_mark_of_direction || is_separator_or_embedding || is_isolate_or_shaping;
}

std::string escaped_byte(char byte) {
    constexpr std::string_view digits = "0123456789abcdef";
    auto const value = static_cast<unsigned char>(byte);
    return {'\\', 'x', digits[value >> 4U], digits[value & 15U]};
}

/// The character as a JSON string has it, without the quotes.
std::string escaped(std::string_view character) {
    auto const quoted = Json(character).dump(-1, ' ', /*ensure_ascii=*/true);
    return quoted.substr(1, quoted.size() - 2);
}

std::string shown(std::string_view text, std::string_view layout) {
    std::string lines;
    while (!text.empty()) {
        auto const character = first_character(text);
        text.remove_prefix(character.size());
        auto const code = code_of(character);
        if (!utf::is_valid_codepoint(code))
            lines += escaped_byte(character.front());
        else if (steers(code) && layout.find(character) == layout.npos)
            lines += escaped(character);
        else
            lines += character;
    }
    return lines;
}

}  // namespace

std::string printable(std::string_view text) { return shown(text, ""); }

std::string printable_lines(std::string_view text) { return shown(text, "\n\t"); }

std::string_view first_character(std::string_view text) {
    auto const* end = text.begin();
    auto const code = utf::utf_traits<char>::decode(end, text.end());
    return {text.begin(), utf::is_valid_codepoint(code) ? end : text.begin() + 1};
}

}  // namespace model
}  // namespace settings
