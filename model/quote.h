#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace settings {
inline namespace model {

/// Texts that nobody may be shown: tokens, passwords.
using Secrets = std::vector<std::string>;

/// What stands in a quotation where a secret stood.
inline constexpr std::string_view in_place_of_a_secret = "[secret]";

/// Text that comes from elsewhere, as log, status, store and messages may hold it: without secrets,
/// printable(), and at most limits::quoted_bytes long, cut between characters.
///
/// Secrets are looked for before anything is cut, and by their parts: eight characters of one count
/// as all of it. So it makes no difference whether whoever quoted it had cut it, folded it into
/// lines, or written characters as %65 (RFC 3986) or \u0065 (RFC 8259).
[[nodiscard]] std::string quote(std::string_view text, Secrets const& secrets = {});

/// Whether a text may not be passed on as it is: a part of a secret is in it, or in a text of over
/// 64 KiB a whole one as it is.
[[nodiscard]] bool may_tell(std::string_view text, Secrets const& secrets);

}  // namespace model
}  // namespace settings
