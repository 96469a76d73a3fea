#include "cli/document_text.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <set>
#include <vector>

#include "cli/usage_error.h"

namespace settings::cli {
namespace {

using Json = nlohmann::json;

constexpr int deepest = 64;  ///< as the daemon has it; what follows is recursive

/// Looks at each name as it is read: the library itself keeps the last of two.
class NamesAreUnique {
  public:
    bool operator()(int depth, Json::parse_event_t event, Json const& parsed) {
        if (depth > deepest)
            throw UsageError{"the document is nested deeper than 64 levels; make it flatter"};
        if (event == Json::parse_event_t::object_start) names_.emplace_back();
        if (event == Json::parse_event_t::object_end) names_.pop_back();
        if (event == Json::parse_event_t::key && !names_.back().insert(parsed).second)
            throw UsageError{"the name " + parsed.dump() +
                             " stands twice in one object; keep one of them"};
        return true;
    }

  private:
    std::vector<std::set<std::string>> names_;
};

/// Of "[json.exception.parse_error.101] parse error at line 1, column 2: …" what a person needs.
std::string place_and_cause(Json::parse_error const& error) {
    std::string_view const text = error.what();
    constexpr std::string_view prefix = "parse error at ";
    auto const start = text.find(prefix);
    return std::string{start == text.npos ? text : text.substr(start + prefix.size())};
}

}  // namespace

Json document_from(std::string_view text) {
    try {
        Json document = Json::parse(text, NamesAreUnique{});
        if (!document.is_object())
            throw UsageError{"the settings are one JSON object, like {\"theme\":\"light\"}"};
        return document;
    } catch (Json::parse_error const& error) {
        throw UsageError{"not JSON: " + place_and_cause(error)};
    }
}

std::string text_of(Json const& document) { return document.dump(2) + '\n'; }

std::string read_whole(std::string const& file) {
    std::ifstream opened;
    if (file != "-") opened.open(file, std::ios::binary);
    std::istream& stream = file == "-" ? std::cin : opened;
    std::string text;
    std::array<char, 65'536> chunk{};
    bool const is_open = stream.good();
    while (stream.read(chunk.data(), chunk.size()), stream.gcount() > 0)
        text.append(chunk.data(), static_cast<std::size_t>(stream.gcount()));
    // A folder opens and cannot be read.
    if (!is_open || stream.bad())
        throw UsageError{"cannot read " + file + ": " + std::strerror(errno)};
    return text;
}

}  // namespace settings::cli
