#include "cli/assignment.h"

#include "model/json.h"
#include "model/path.h"
#include "model/same.h"
#include "tests/fuzz/targets.h"

namespace settings::fuzz {
namespace {

std::vector<std::string> words_of(std::string_view bytes) {
    std::vector<std::string> words;
    while (!bytes.empty()) words.emplace_back(take_line(bytes));
    return words;
}

/// A word is a path, '=', and a value that is the JSON that stands there, or its very text.
void check(std::string const& word, client::Assignment const& assignment) {
    auto const equals = word.find('=');
    auto const text = word.substr(equals + 1);
    expect(assignment.path() == word.substr(0, equals), "a path ends at the first '='");
    expect(check_path(assignment.path()).has_value(), "a path is one that the daemon takes");
    auto const json = parse_json(text, {.exact_numbers = true});
    expect(same(*assignment.value(), json ? *json : Json(text)), "a value is what was written");
}

void read(std::vector<std::string> const& words, cli::Reading reading) try {
    auto const assignments = cli::assignments_from(words, reading);
    expect(assignments.size() == words.size(), "each word is one assignment");
    for (std::size_t n = 0; n < words.size(); ++n) {
        if (reading == cli::Reading::json_or_text) check(words[n], assignments[n]);
        expect(reading != cli::Reading::text || assignments[n].value()->is_string(),
               "what is to be a text is one");
    }
} catch (cli::UsageError const&) {
}

}  // namespace

void assignment(std::string_view bytes) {
    read(words_of(bytes), cli::Reading::json_or_text);
    read(words_of(bytes), cli::Reading::text);
}

}  // namespace settings::fuzz
