#pragma once

#include <optional>
#include <string>
#include <string_view>

/// A reader of HTTP/1.1 requests, written from RFC 9112 for who judges the product's.
namespace settings::fuzz {

/// One request, as far as it matters where it ends and what it is about.
struct Message {
    std::string method;
    std::string target;
    std::string body;

    bool operator==(Message const&) const = default;
};

/// Takes the next request from the front of a stream; nothing when there is no whole one, or none
/// that has one reading only. Reads with no regard to speed, and sees the whole stream at once.
[[nodiscard]] std::optional<Message> take_message(std::string_view& stream);

}  // namespace settings::fuzz
