#include "cli/tokens.h"

#include <boost/algorithm/string/classification.hpp>
#include <boost/algorithm/string/trim.hpp>
#include <set>

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

/// A token by either name that the service has for it.
std::string token_in(Json const& object, char const* name, char const* other_name) {
    auto const one = text_in(object, name);
    auto const other = text_in(object, other_name);
    if (!one.empty() && !other.empty() && one != other)
        throw UsageError{'"' + std::string{name} + "\" and \"" + other_name +
                         "\" are two tokens; keep one of them"};
    return one.empty() ? other : one;
}

/// What a login is answered with and nobody needs here is passed over. Any other name may be a slip
/// of the hand, and with it a token would be lost.
void check_names(Json const& object) {
    static std::set<std::string> const known{
        "accessToken", "access_token", "refreshToken", "refresh_token", "provider",
        "success",     "message",      "tokenId",      "expiresAt",     "user"};
    constexpr std::size_t longest_name = 40;  // a longer one may be a token
    for (auto const& [name, value] : object.items()) {
        if (known.contains(name)) continue;
        auto const told = name.size() <= longest_name ? '"' + name + '"' : "one name";
        throw UsageError{told +
                         " is nothing that a login takes; it takes \"accessToken\", "
                         "\"refreshToken\" and \"provider\""};
    }
}

/// Whether it can be a token as it stands: "null" is what jq prints where there is none.
bool is_bare_token(std::string const& text) {
    return text != "null" && text.find_first_of(" \t\r\n") == text.npos;
}

}  // namespace

Tokens tokens_from(std::istream& input) {
    UsageError const wanted{
        R"(give tokens on standard input: {"accessToken":"…","refreshToken":"…"}, each name once, or an access token alone)"};
    auto const text = boost::trim_copy_if(read_all(input), boost::is_any_of(" \t\r\n"));
    if (text.empty() || text.size() > input_bytes) throw wanted;
    if (text.front() != '{' && text.front() != '"') {
        if (!is_bare_token(text)) throw wanted;
        return {text, {}, {}};
    }
    auto const given = parse_json(text);
    if (!given) throw wanted;
    Tokens tokens;
    if (given->is_string()) {
        tokens.access = given->get<std::string>();
    } else {
        check_names(*given);
        tokens = {token_in(*given, "accessToken", "access_token"),
                  token_in(*given, "refreshToken", "refresh_token"), text_in(*given, "provider")};
    }
    if (tokens.access.empty()) throw wanted;
    return tokens;
}

}  // namespace settings::cli
