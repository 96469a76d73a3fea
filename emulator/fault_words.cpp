#include "emulator/fault_words.h"

#include <algorithm>

namespace settings::emulator {
namespace {

constexpr std::string_view spaces = " \t\r";
constexpr std::string_view separators = ",\n";
constexpr std::string_view quotes = "\"'";
constexpr std::string_view ends_a_word = " \t\r,\n\"'";

bool is_one_of(char character, std::string_view set) {
    return set.find(character) != std::string_view::npos;
}

/// The text between the quotes. Returns the place behind the closing one, or npos without one.
std::size_t read_quoted(std::string_view script, std::size_t start, std::string& text) {
    char const quote = script[start];
    for (std::size_t at = start + 1; at < script.size(); ++at) {
        if (script[at] == quote) return at + 1;
        if (script[at] == '\\' && at + 1 < script.size()) ++at;
        text += script[at];
    }
    return std::string_view::npos;
}

}  // namespace

Result<std::vector<Word>> cut_into_words(std::string_view script) {
    std::vector<Word> words;
    std::size_t at = 0;
    while (at < script.size()) {
        if (is_one_of(script[at], spaces)) {
            ++at;
        } else if (is_one_of(script[at], separators)) {
            words.push_back({Word::Kind::separator, std::string{script.substr(at, 1)}, at});
            ++at;
        } else if (is_one_of(script[at], quotes)) {
            Word word{Word::Kind::quoted, {}, at};
            at = read_quoted(script, at, word.text);
            if (at == std::string_view::npos)
                return Error::saying(place_in(script, word.place) + "this quote is not closed");
            words.push_back(std::move(word));
        } else {
            auto const end = std::min(script.find_first_of(ends_a_word, at), script.size());
            words.push_back({Word::Kind::plain, std::string{script.substr(at, end - at)}, at});
            at = end;
        }
    }
    words.push_back({Word::Kind::end, {}, script.size()});
    return words;
}

std::string place_in(std::string_view script, std::size_t place) {
    std::string_view const before = script.substr(0, place);
    auto const line = std::count(before.begin(), before.end(), '\n') + 1;
    auto const line_start = before.rfind('\n') + 1;  // npos + 1 is 0, the first line's start
    return "fault script, line " + std::to_string(line) + ", column " +
           std::to_string(place - line_start + 1) + ": ";
}

}  // namespace settings::emulator
