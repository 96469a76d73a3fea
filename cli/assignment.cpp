#include "cli/assignment.h"

#include <regex>
#include <set>
#include <utility>

#include "model/path.h"

namespace settings::cli {
namespace {

/// Whether somebody meant JSON. What looks like it and is none that the daemon takes is a mistake:
/// a number that no double holds, half of a character in quotes.
bool is_meant_as_json(std::string const& text) {
    static std::regex const number{R"(-?(0|[1-9]\d*)(\.\d+)?([eE][-+]?\d+)?)"};
    constexpr std::size_t longest_number = 1'000;  // std::regex calls itself for each character
    bool const is_in_quotes = text.size() > 1 && text.starts_with('"') && text.ends_with('"');
    return is_in_quotes || client::Json::accept(text) ||
           (text.size() < longest_number && std::regex_match(text, number));
}

client::Json value_from(std::string const& text, Reading reading) {
    if (reading == Reading::text || !is_meant_as_json(text)) return text;
    auto value = parse_json(text, {.exact_numbers = true});
    if (!value) throw UsageError{'"' + text + "\": " + value.error().message()};
    return *std::move(value);
}

client::Assignment assignment_from(std::string const& text, Reading reading) {
    auto const equals = text.find('=');
    if (equals == std::string::npos)
        throw UsageError{'"' + text + "\" is not an assignment; write path=value"};
    auto path = text.substr(0, equals);
    check_word(path);
    if (path.ends_with(' ') && !path.starts_with('/'))
        throw UsageError{'"' + text +
                         "\" has a blank before the '='; write path=value, or a JSON pointer where "
                         "the name ends so"};
    return {std::move(path), value_from(text.substr(equals + 1), reading)};
}

}  // namespace

std::vector<client::Assignment> assignments_from(std::vector<std::string> const& arguments,
                                                 Reading reading) {
    std::vector<client::Assignment> assignments;
    std::set<Path> paths;
    for (auto const& argument : arguments) {
        auto const& one = assignments.emplace_back(assignment_from(argument, reading));
        if (!paths.insert(names_in(one.path())).second)
            throw UsageError{'"' + one.path() + "\" is set twice; keep one of them"};
    }
    return assignments;
}

void check_word(std::string_view path) {
    if (path.empty()) throw UsageError{"a path is empty; the setting without a name is written /"};
    if (auto const right = check_path(path); !right) throw UsageError{right.error().message()};
}

}  // namespace settings::cli
