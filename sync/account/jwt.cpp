#include "sync/account/jwt.h"

#include <openssl/evp.h>

#include <algorithm>
#include <string>
#include <vector>

#include "model/json.h"

namespace settings::sync {
namespace {

using std::chrono::seconds;

constexpr std::size_t largest_token = 16'384;

/// base64url (RFC 4648, 5) without padding; empty when it is something else.
std::string decode(std::string_view text) {
    std::string base64{text};
    std::replace(base64.begin(), base64.end(), '-', '+');
    std::replace(base64.begin(), base64.end(), '_', '/');
    std::size_t const padding = (4 - base64.size() % 4) % 4;
    base64.append(padding, '=');
    std::vector<unsigned char> bytes(base64.size() / 4 * 3 + 1);
    auto const* source = reinterpret_cast<unsigned char const*>(base64.data());
    int const size = EVP_DecodeBlock(bytes.data(), source, static_cast<int>(base64.size()));
    if (size <= 0 || padding == 3) return {};
    return {bytes.begin(), bytes.begin() + size - static_cast<std::ptrdiff_t>(padding)};
}

/// The part between the dots.
std::string payload_of(std::string_view token) {
    auto const first = token.find('.');
    if (first == std::string_view::npos) return {};
    auto const second = token.find('.', first + 1);
    if (second == std::string_view::npos) return {};
    return decode(token.substr(first + 1, second - first - 1));
}

/// A NumericDate, which may have a fraction (RFC 7519, 2).
std::optional<seconds> date(Json const& claims, char const* name) {
    auto const* claim = member(&claims, name);
    if (claim == nullptr || !claim->is_number()) return std::nullopt;
    auto const value = claim->get<double>();
    if (!(value >= 0 && value <= static_cast<double>(end_of_year_9999.count())))
        return std::nullopt;
    return seconds{static_cast<seconds::rep>(value)};
}

/// The claims of a token; null when it is no JWT.
Json claims_of(std::string_view token) {
    if (!is_token(token)) return nullptr;
    auto claims = parse_json(payload_of(token), {.depth = 64});
    return claims ? *std::move(claims) : Json(nullptr);
}

}  // namespace

Validity validity_of(std::string_view token) {
    auto const claims = claims_of(token);
    return {date(claims, "iat"), date(claims, "exp")};
}

Owner::Names names_in(std::string_view token) {
    auto const claims = claims_of(token);
    Owner::Names names;
    for (auto const* source : {"sub", "userId"})
        if (auto name = name_in(claims, source); !name.empty()) names.emplace(source, name);
    return names;
}

std::string name_in(Json const& object, char const* member_name) {
    auto const* name = member(&object, member_name);
    if (name == nullptr) return {};
    if (name->is_string()) return name->get<std::string>();
    return name->is_number_integer() ? to_text(*name) : std::string{};
}

bool is_token(std::string_view text) {
    return !text.empty() && text.size() <= largest_token &&
           std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c <= '~'; });
}

}  // namespace settings::sync
