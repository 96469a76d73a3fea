#include "ipc/target.h"

#include <algorithm>
#include <charconv>
#include <optional>

#include "model/json.h"

namespace settings::ipc {
namespace {

std::optional<char> byte_of(std::string_view two_digits) {
    if (two_digits.size() != 2) return std::nullopt;
    unsigned char byte = 0;
    auto const [end, error] = std::from_chars(two_digits.begin(), two_digits.end(), byte, 16);
    if (error != std::errc{} || end != two_digits.end()) return std::nullopt;
    return static_cast<char>(byte);
}

Error bad_target(std::string message) { return Error{Errc::bad_request, std::move(message)}; }

std::vector<std::pair<std::string_view, std::string_view>> parameters_of(std::string_view query) {
    std::vector<std::pair<std::string_view, std::string_view>> parameters;
    while (!query.empty()) {
        std::string_view const one = query.substr(0, query.find('&'));
        query.remove_prefix(std::min(query.size(), one.size() + 1));
        if (one.empty()) continue;
        std::size_t const equals = std::min(one.find('='), one.size());
        parameters.emplace_back(one.substr(0, equals),
                                one.substr(std::min(one.size(), equals + 1)));
    }
    return parameters;
}

}  // namespace

std::optional<std::string_view> Target::parameter(std::string_view name) const {
    for (auto const& [known, value] : parameters)
        if (known == name) return value;
    return std::nullopt;
}

std::size_t Target::count(std::string_view name) const {
    return static_cast<std::size_t>(
        std::count_if(parameters.begin(), parameters.end(),
                      [name](auto const& parameter) { return parameter.first == name; }));
}

Result<Target> parse_target(std::string_view target) {
    if (!target.starts_with('/'))
        return bad_target("the request target must be a path such as /settings/user");
    // Everything else in here may be quoted in a message, so it must be text.
    if (!std::all_of(target.begin(), target.end(), [](char c) { return c > ' ' && c <= '~'; }))
        return bad_target("the request target holds a byte that must be percent-encoded");
    if (target.find('#') != std::string_view::npos)
        return bad_target("the request target holds a '#'; write it as %23");
    if (target.starts_with("//")) target.remove_prefix(1);
    std::size_t const mark = std::min(target.find('?'), target.size());
    Target parts;
    parts.path = target.substr(0, mark);
    parts.parameters = parameters_of(target.substr(std::min(target.size(), mark + 1)));
    return parts;
}

Result<std::string> percent_decode(std::string_view text) {
    std::string decoded;
    decoded.reserve(text.size());
    while (!text.empty()) {
        std::size_t const plain = std::min(text.find('%'), text.size());
        decoded += text.substr(0, plain);
        text.remove_prefix(plain);
        if (text.empty()) break;
        std::optional<char> const byte = byte_of(text.substr(1, 2));
        if (!byte)
            return bad_target("\"" + std::string{text.substr(0, 3)} +
                              "\" is not a percent-encoded byte; write a '%' itself as %25");
        decoded += *byte;
        text.remove_prefix(3);
    }
    if (!is_utf8(decoded)) return bad_target("the path is not UTF-8 once decoded");
    return decoded;
}

}  // namespace settings::ipc
