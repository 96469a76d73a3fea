#include "cli/document_text.h"

#include <array>
#include <cerrno>
#include <cstring>
#include <fstream>
#include <iostream>
#include <stdexcept>

#include "cli/usage_error.h"
#include "model/limits.h"

namespace settings::cli {
namespace {

/// With blanks and escapes, of a document that the server may have.
constexpr std::size_t most_bytes = 4 * limits::remote_bytes;

}  // namespace

Json document_from(std::string_view text) {
    // The server may hold deeper values than an app may write, and the daemon judges what is new.
    auto document = parse_json(text, {.depth = limits::remote_depth, .exact_numbers = true});
    if (!document && document.error().code() == Errc::too_large)
        throw UsageError{"the document is nested deeper than " +
                         std::to_string(limits::remote_depth) + " levels; make it flatter"};
    if (!document) throw UsageError{document.error().message()};
    if (!document->is_object())
        throw UsageError{"the settings are one JSON object, like {\"theme\":\"light\"}"};
    return *std::move(document);
}

std::string text_of(Json const& document) { return document.dump(2) + '\n'; }

std::string read_whole(std::string const& file) {
    std::ifstream opened;
    if (file != "-") opened.open(file, std::ios::binary);
    std::istream& stream = file == "-" ? std::cin : opened;
    std::string text;
    std::array<char, 65'536> chunk{};
    bool const is_open = stream.good();
    while (stream.read(chunk.data(), chunk.size()), stream.gcount() > 0) {
        text.append(chunk.data(), static_cast<std::size_t>(stream.gcount()));
        if (text.size() > most_bytes)
            throw UsageError{file + " is longer than " + std::to_string(most_bytes >> 20U) +
                             " MiB: these are no settings"};
    }
    // A folder opens and cannot be read.
    if (!is_open || stream.bad())
        throw std::runtime_error{"cannot read " + file + ": " + std::strerror(errno)};
    return text;
}

}  // namespace settings::cli
