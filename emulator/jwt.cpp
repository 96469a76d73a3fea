#include "emulator/jwt.h"

#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <openssl/rand.h>

#include <algorithm>
#include <array>
#include <stdexcept>
#include <vector>

#include "emulator/json.h"

namespace settings::emulator {
namespace {

unsigned char const* bytes_of(std::string_view text) {
    return reinterpret_cast<unsigned char const*>(text.data());
}

std::string encode(std::string_view bytes) {
    std::vector<unsigned char> base64((bytes.size() + 2) / 3 * 4 + 1);
    EVP_EncodeBlock(base64.data(), bytes_of(bytes), static_cast<int>(bytes.size()));
    std::string text{base64.begin(), base64.end() - 1};
    text.erase(std::min(text.find('='), text.size()));
    std::replace(text.begin(), text.end(), '+', '-');
    std::replace(text.begin(), text.end(), '/', '_');
    return text;
}

/// Only for text that encode() made: what is not base64url comes back as rubbish.
std::string decode(std::string_view text) {
    std::string base64{text};
    std::replace(base64.begin(), base64.end(), '-', '+');
    std::replace(base64.begin(), base64.end(), '_', '/');
    std::size_t const padding = (4 - base64.size() % 4) % 4;
    base64.append(padding, '=');
    std::vector<unsigned char> bytes(base64.size() / 4 * 3);
    EVP_DecodeBlock(bytes.data(), bytes_of(base64), static_cast<int>(base64.size()));
    return {bytes.begin(), bytes.end() - static_cast<std::ptrdiff_t>(padding)};
}

std::string const& header() {
    static std::string const text = encode(R"({"alg":"HS256","typ":"JWT"})");
    return text;
}

bool same(std::string_view left, std::string_view right) {
    return left.size() == right.size() &&
           CRYPTO_memcmp(left.data(), right.data(), left.size()) == 0;
}

std::chrono::sys_seconds seconds_of(Json const& claim) {
    return std::chrono::sys_seconds{std::chrono::seconds{claim.get<std::int64_t>()}};
}

}  // namespace

std::string hmac(std::string_view key, std::string_view text) {
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    HMAC(EVP_sha256(), key.data(), static_cast<int>(key.size()), bytes_of(text), text.size(),
         digest.data(), &length);
    return encode({reinterpret_cast<char const*>(digest.data()), length});
}

std::string random_bytes(std::size_t bytes) {
    std::vector<unsigned char> buffer(bytes);
    if (RAND_bytes(buffer.data(), static_cast<int>(bytes)) != 1)
        throw std::runtime_error{"OpenSSL has no random bytes"};
    return {buffer.begin(), buffer.end()};
}

std::string sign_token(Claims const& claims, std::string_view secret) {
    Json payload{{"sub", claims.subject},
                 {"userId", claims.subject},
                 {"jti", claims.id},
                 {"iat", claims.issued_at.time_since_epoch().count()},
                 {"exp", claims.expires_at.time_since_epoch().count()}};
    if (!claims.device.empty()) payload["device"] = claims.device;
    if (claims.is_verified) payload["mfa"] = true;
    std::string const signed_part = header() + "." + encode(payload.dump());
    return signed_part + "." + hmac(secret, signed_part);
}

Result<Claims> verify_token(std::string_view token, std::string_view secret, Time now) {
    auto const dot = token.rfind('.');
    if (dot == std::string_view::npos || !token.starts_with(header() + "."))
        return Error::saying("Invalid token");
    std::string_view const signed_part = token.substr(0, dot);
    if (!same(token.substr(dot + 1), hmac(secret, signed_part)))
        return Error::saying("Invalid token");
    // The signature is ours, so the payload is what sign_token() wrote.
    Json const payload = json_in(decode(signed_part.substr(header().size() + 1))).value();
    Claims claims{payload["sub"].get<std::string>(), payload["jti"].get<std::string>(),
                  seconds_of(payload["iat"]),        seconds_of(payload["exp"]),
                  payload.value("device", ""),       payload.value("mfa", false)};
    if (now >= claims.expires_at) return Error::saying("Token expired");
    return claims;
}

}  // namespace settings::emulator
