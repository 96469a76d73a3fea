#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/result.h"

namespace settings::sync {

/// An HTTP proxy that makes tunnels (RFC 9110, 9.3.6: CONNECT). TLS goes through to the server: the
/// proxy sees its name and port, and how much is said, but nothing of it.
struct Proxy {
    std::string host;
    std::string port;
    std::string credentials;  ///< "USER:PASSWORD"; a secret. Empty when the proxy wants none

    bool operator==(Proxy const&) const = default;
};

/// How a person finds the proxy in a sentence: its host and port, and never the credentials.
[[nodiscard]] std::string name_of(Proxy const& proxy);

/// Reads `http://[USER[:PASSWORD]@]HOST[:PORT]`, as curl(1) and others do; without a scheme as
/// well. The port is 80 when none is given. Errors: bad_request, with what to change, for a PAC
/// file, too; no error quotes the credentials.
[[nodiscard]] Result<Proxy> parse_proxy(std::string_view text);

/// Whether a list as in the environment's `no_proxy` exempts a server: names and the names below
/// them (`corp.example`, `.corp.example`, `*.corp.example`), addresses, networks (`10.0.0.0/8`),
/// each also with a port, or `*` for all; parted by commas or spaces. What cannot be read exempts
/// nothing.
[[nodiscard]] bool is_exempt(std::string_view no_proxy, std::string_view host,
                             std::string_view port);

/// The value of the header Proxy-Authorization (RFC 7617), for credentials that are not empty.
[[nodiscard]] std::string basic_authorization(std::string_view credentials);

/// Why a proxy that answered CONNECT so leads nowhere; nothing when the tunnel stands. `challenges`
/// is what its header Proxy-Authenticate says (RFC 9110, 11.7.1).
[[nodiscard]] std::optional<std::string> tunnel_refusal(Proxy const& proxy, std::string_view server,
                                                        unsigned status,
                                                        std::string const& challenges = {});

}  // namespace settings::sync
