#include "emulator/totp.h"

#include <openssl/evp.h>
#include <openssl/hmac.h>

#include <array>

namespace settings::emulator {
namespace {

/// RFC 4226, 5.2.
std::array<unsigned char, 8> big_endian(std::uint64_t counter) {
    std::array<unsigned char, 8> bytes{};
    for (auto at = bytes.rbegin(); at != bytes.rend(); ++at, counter >>= 8)
        *at = static_cast<unsigned char>(counter & 0xFFU);
    return bytes;
}

/// The dynamic truncation of RFC 4226, 5.3.
std::uint32_t truncated(unsigned char const* digest, unsigned length) {
    unsigned const offset = digest[length - 1] & 0x0FU;
    std::uint32_t number = 0;
    for (unsigned at = 0; at < 4; ++at) number = number << 8 | digest[offset + at];
    return number & 0x7FFFFFFFU;
}

/// The value of a letter of base32; -1 for any other.
int value_of(char letter) {
    if (letter >= 'A' && letter <= 'Z') return letter - 'A';
    if (letter >= 'a' && letter <= 'z') return letter - 'a';
    return letter >= '2' && letter <= '7' ? letter - '2' + 26 : -1;
}

}  // namespace

std::string one_time_password(std::string_view key, std::uint64_t counter, unsigned digits) {
    auto const moving = big_endian(counter);
    std::array<unsigned char, EVP_MAX_MD_SIZE> digest{};
    unsigned length = 0;
    HMAC(EVP_sha1(), key.data(), static_cast<int>(key.size()), moving.data(), moving.size(),
         digest.data(), &length);
    auto number = truncated(digest.data(), length);
    std::string text(digits, '0');
    for (auto digit = text.rbegin(); digit != text.rend(); ++digit, number /= 10)
        *digit = static_cast<char>('0' + number % 10);
    return text;
}

std::uint64_t step_at(Time time) {
    constexpr std::chrono::seconds step{30};
    return static_cast<std::uint64_t>(time.time_since_epoch() / step);
}

std::optional<std::string> key_in(std::string_view base32) {
    while (base32.ends_with('=')) base32.remove_suffix(1);
    std::string key;
    unsigned bits = 0;
    unsigned count = 0;
    for (char const letter : base32) {
        int const value = value_of(letter);
        if (value < 0) return std::nullopt;
        bits = (bits << 5 | static_cast<unsigned>(value)) & 0xFFFU;
        count += 5;
        if (count < 8) continue;
        count -= 8;
        key += static_cast<char>(bits >> count & 0xFFU);
    }
    if (key.empty()) return std::nullopt;
    return key;
}

}  // namespace settings::emulator
