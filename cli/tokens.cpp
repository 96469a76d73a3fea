#include "cli/tokens.h"

#include <boost/algorithm/string/classification.hpp>
#include <boost/algorithm/string/trim.hpp>

#include "cli/usage_error.h"
#include "model/json.h"

namespace settings::cli {
namespace {

constexpr std::size_t input_bytes = 64 * 1024;

std::string read_all(std::istream& input) {
    std::string text(input_bytes + 1, '\0');
    input.read(text.data(), static_cast<std::streamsize>(text.size()));
    text.resize(static_cast<std::size_t>(input.gcount()));
    return text;
}

/// Empty where there is none. The sentence never quotes what was given: it may be a secret.
std::string text_in(Json const& object, char const* name) {
    auto const* text = member(&object, name);
    if (text == nullptr || text->is_null()) return {};
    if (!text->is_string())
        throw UsageError{'"' + std::string{name} + "\" has to be a text, as in \"" + name +
                         "\":\"…\""};
    return text->get<std::string>();
}

}  // namespace

Tokens tokens_from(std::istream& input) {
    UsageError const wanted{
        R"(give tokens on standard input: {"accessToken":"…","refreshToken":"…"}, or an access token alone)"};
    auto const text = boost::trim_copy_if(read_all(input), boost::is_any_of(" \t\r\n"));
    if (text.empty() || text.size() > input_bytes) throw wanted;
    if (text.front() != '{') return {text, {}, {}};
    auto const object = Json::parse(text, nullptr, /*allow_exceptions=*/false);
    if (!object.is_object()) throw wanted;
    Tokens tokens{text_in(object, "accessToken"), text_in(object, "refreshToken"),
                  text_in(object, "provider")};
    if (tokens.access.empty()) throw wanted;
    return tokens;
}

}  // namespace settings::cli
