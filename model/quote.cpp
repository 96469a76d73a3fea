#include "model/quote.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <unordered_set>

#include "model/limits.h"
#include "model/printable.h"

namespace settings {
inline namespace model {
namespace {

/// A part of a secret that is as long as this is taken for the secret.
constexpr std::size_t part_length = 8;

/// The part of a text that is searched. Text behind it could be shown only if most of it were
/// secrets.
constexpr std::size_t looked_at_bytes = 64 * 1024;

/// One character of what a text spells, and where in the text that is written.
struct Letter {
    char character;
    std::size_t begin;
    std::size_t end;
};

bool spells_secrets(char c) {
    // What folds and separates is passed over, so that a folded secret is in one piece again.
    return static_cast<unsigned char>(c) > ' ' && c != '\x7F' && c != '\\' && c != '"';
}

/// The ASCII character that so many hexadecimal digits at the place give, if they give one.
std::optional<char> hexadecimal(std::string_view text, std::size_t at, std::size_t digits) {
    if (at + digits > text.size()) return std::nullopt;
    unsigned value = 0;
    char const* const end = text.data() + at + digits;
    auto const [stop, error] = std::from_chars(text.data() + at, end, value, 16);
    if (error != std::errc{} || stop != end || value > 0x7F) return std::nullopt;
    return static_cast<char>(value);
}

Letter letter_at(std::string_view text, std::size_t at) {
    if (text[at] == '%')
        if (auto const escaped = hexadecimal(text, at + 1, 2)) return {*escaped, at, at + 3};
    if (text.substr(at, 2) == "\\u")
        if (auto const escaped = hexadecimal(text, at + 2, 4)) return {*escaped, at, at + 6};
    return {text[at], at, at + 1};
}

std::vector<Letter> letters_of(std::string_view text) {
    std::vector<Letter> letters;
    for (std::size_t at = 0; at < text.size(); at = letters.back().end)
        letters.push_back(letter_at(text, at));
    std::erase_if(letters, [](Letter const& letter) { return !spells_secrets(letter.character); });
    return letters;
}

std::string spelled(std::vector<Letter> const& letters) {
    std::string text;
    for (auto const& letter : letters) text += letter.character;
    return text;
}

/// The parts of a secret by which it is known: all of a short one.
std::unordered_set<std::string> parts_of(std::string const& secret) {
    std::unordered_set<std::string> parts;
    auto const text = spelled(letters_of(secret));
    auto const length = std::min(text.size(), part_length);
    if (length == 0) return parts;
    for (std::size_t at = 0; at + length <= text.size(); ++at)
        parts.insert(text.substr(at, length));
    return parts;
}

/// Marks what of the text spells a part of the secret.
void mark(std::vector<bool>& marked, std::vector<Letter> const& letters, std::string const& text,
          std::string const& secret) {
    auto const parts = parts_of(secret);
    if (parts.empty()) return;
    auto const length = parts.begin()->size();
    for (std::size_t at = 0; at + length <= text.size(); ++at) {
        if (!parts.contains(text.substr(at, length))) continue;
        std::fill(marked.begin() + static_cast<std::ptrdiff_t>(letters[at].begin),
                  marked.begin() + static_cast<std::ptrdiff_t>(letters[at + length - 1].end), true);
    }
}

std::string without(Secrets const& secrets, std::string_view text) {
    auto const letters = letters_of(text);
    auto const spelt = spelled(letters);
    std::vector<bool> marked(text.size());
    for (auto const& secret : secrets) mark(marked, letters, spelt, secret);
    std::string shown;
    for (std::size_t at = 0; at < text.size(); ++at)
        if (!marked[at])
            shown += text[at];
        else if (at == 0 || !marked[at - 1])
            shown += in_place_of_a_secret;
    return shown;
}

}  // namespace

std::string quote(std::string_view text, Secrets const& secrets) {
    auto const safe = without(secrets, text.substr(0, looked_at_bytes));
    std::string shown;
    for (std::string_view rest = safe; !rest.empty();) {
        auto const character = first_character(rest);
        auto const readable = printable(character);
        if (shown.size() + readable.size() > limits::quoted_bytes) break;
        shown += readable;
        rest.remove_prefix(character.size());
    }
    return shown;
}

bool may_tell(std::string_view text, Secrets const& secrets) {
    if (text.size() <= looked_at_bytes) return without(secrets, text) != text;
    return std::ranges::any_of(secrets, [text](std::string const& secret) {
        return !secret.empty() && text.find(secret) != text.npos;
    });
}

}  // namespace model
}  // namespace settings
