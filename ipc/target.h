#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "model/result.h"

namespace settings::ipc {

/// A request target in origin form (RFC 9112, 3.2.1), cut but not decoded.
struct Target {
    std::string_view path;                                                  ///< begins with one '/'
    std::vector<std::pair<std::string_view, std::string_view>> parameters;  ///< name, value

    /// The value of a parameter, the first if there are more.
    [[nodiscard]] std::optional<std::string_view> parameter(std::string_view name) const;
    [[nodiscard]] std::size_t count(std::string_view name) const;
};

/// Cuts a target at '?' and '&'. A doubled leading slash counts as one, because a client whose base
/// URL ends in a slash sends it.
/// Errors: bad_request for the other forms, a fragment, or bytes that no URL holds.
[[nodiscard]] Result<Target> parse_target(std::string_view target);

/// Undoes percent-encoding (RFC 3986, 2.1).
/// Errors: bad_request for an escape that is not two hex digits, or a result that is not UTF-8.
[[nodiscard]] Result<std::string> percent_decode(std::string_view text);

}  // namespace settings::ipc
