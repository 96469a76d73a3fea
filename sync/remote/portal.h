#pragma once

namespace settings::sync {

/// What a network for guests looks like that lets nobody out before a login (RFC 8952), and what to
/// do there: the end of a sentence about who answered in the server's place.
inline constexpr char const* a_portal =
    "a captive portal? Open a page in a browser, and log in to the network";

}  // namespace settings::sync
