#include "client/target.h"

namespace settings::client {

std::string percent_encoded(std::string_view text) {
    constexpr std::string_view unreserved =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~";
    constexpr char hex[] = "0123456789ABCDEF";
    std::string encoded;
    for (char const c : text) {
        auto const byte = static_cast<unsigned char>(c);
        if (unreserved.find(c) != std::string_view::npos)
            encoded += c;
        else
            encoded.append({'%', hex[byte / 16], hex[byte % 16]});
    }
    return encoded;
}

Target& Target::with(std::string_view name, std::string_view value) {
    if (value.empty()) return *this;
    text_ += separator_;
    text_.append(name).append("=").append(percent_encoded(value));
    separator_ = '&';
    return *this;
}

Target& Target::with(std::string_view name, std::optional<std::int64_t> value) {
    return value ? with(name, std::to_string(*value)) : *this;
}

}  // namespace settings::client
