#include "sync/remote/proxy.h"

#include <openssl/evp.h>

#include <algorithm>
#include <boost/algorithm/string/classification.hpp>
#include <boost/algorithm/string/predicate.hpp>
#include <boost/algorithm/string/split.hpp>
#include <boost/asio/ip/address.hpp>
#include <boost/asio/ip/network_v4.hpp>
#include <boost/asio/ip/network_v6.hpp>
#include <boost/url/parse.hpp>
#include <boost/url/scheme.hpp>
#include <boost/url/url_view.hpp>
#include <vector>

#include "model/quote.h"
#include "sync/remote/host.h"
#include "sync/remote/portal.h"

namespace settings::sync {

namespace ip = boost::asio::ip;

namespace {

constexpr char const* no_pac =
    "automatic configuration (PAC, WPAD) is not supported: open the PAC file, and look for the "
    "proxy that it names for the server; a proxy is written http://HOST:PORT";

std::string_view without_root(std::string_view name) {
    if (name.ends_with('.')) name.remove_suffix(1);
    return name;
}

std::optional<ip::address> address_of(std::string_view text) {
    boost::system::error_code not_an_address;
    auto const address = ip::make_address(text, not_an_address);
    if (not_an_address) return std::nullopt;
    if (address.is_v6() && address.to_v6().is_v4_mapped())
        return ip::make_address_v4(ip::v4_mapped, address.to_v6());
    return address;
}

bool is_in_network(ip::address const& address, std::string_view text) {
    std::string const network{text};
    boost::system::error_code error;
    if (address.is_v4()) {
        auto const found = ip::make_network_v4(network, error);
        return !error && found.canonical() ==
                             ip::network_v4{address.to_v4(), found.prefix_length()}.canonical();
    }
    auto const found = ip::make_network_v6(network, error);
    return !error &&
           found.canonical() == ip::network_v6{address.to_v6(), found.prefix_length()}.canonical();
}

bool is_below(std::string_view name, std::string_view domain) {
    if (domain.starts_with("*.")) domain.remove_prefix(2);
    if (domain.starts_with('.')) domain.remove_prefix(1);
    if (domain.empty() || !boost::iends_with(name, domain)) return false;
    return name.size() == domain.size() || name[name.size() - domain.size() - 1] == '.';
}

struct Rule {
    std::string_view host;
    std::string_view port;  ///< any when empty
};

/// Parts "host:port", "[::1]:port" and "[::1]"; a bare IPv6 address has no port.
Rule rule_of(std::string_view text) {
    if (text.starts_with('[')) {
        auto const close = text.find(']');
        if (close == std::string_view::npos) return {};
        auto const rest = text.substr(close + 1);
        return {text.substr(1, close - 1), rest.starts_with(':') ? rest.substr(1) : ""};
    }
    auto const colon = text.find(':');
    if (colon == std::string_view::npos || text.find(':', colon + 1) != std::string_view::npos)
        return {text, ""};
    return {text.substr(0, colon), text.substr(colon + 1)};
}

bool matches(Rule const& rule, std::string_view host, std::string_view port) {
    if (!rule.port.empty() && rule.port != port) return false;
    if (rule.host == "*") return true;
    auto const address = address_of(host);
    if (!address) return is_below(without_root(host), without_root(rule.host));
    return rule.host.find('/') != std::string_view::npos ? is_in_network(*address, rule.host)
                                                         : address_of(rule.host) == address;
}

/// Whether a text is not a proxy but leads to a script that names one, as browsers and desktops
/// write it.
bool is_automatic(std::string_view text) {
    using boost::iends_with, boost::iequals, boost::istarts_with;
    return iequals(text, "auto") || iequals(text, "wpad") || iequals(text, "pac") ||
           istarts_with(text, "pac+") || istarts_with(text, "file:") || iends_with(text, ".pac") ||
           iends_with(text, "/wpad.dat");
}

constexpr std::string_view basic = "Basic ";

/// A proxy may give back what it was shown, also as it stood in the header.
Secrets secrets_of(Proxy const& proxy) {
    auto const& credentials = proxy.credentials;
    if (credentials.empty()) return {};
    auto const password = credentials.find(':');
    Secrets secrets{credentials, basic_authorization(credentials).substr(basic.size())};
    if (password != std::string::npos) secrets.push_back(credentials.substr(password + 1));
    return secrets;
}

}  // namespace

std::string name_of(Proxy const& proxy) { return authority(proxy.host, proxy.port); }

Result<Proxy> parse_proxy(std::string_view text) {
    if (is_automatic(text)) return Error{Errc::bad_request, no_pac};
    bool const has_scheme = text.find("://") != std::string_view::npos;
    auto const whole = has_scheme ? std::string{text} : "http://" + std::string{text};
    auto const url = boost::urls::parse_uri(whole);
    std::string const rule = "a proxy must be http://[USER:PASSWORD@]HOST[:PORT]";
    if (!url || !is_host(url->host_address()) || url->has_query() || url->has_fragment() ||
        (!url->encoded_path().empty() && url->encoded_path() != "/"))
        return Error{Errc::bad_request, rule};
    if (url->scheme_id() != boost::urls::scheme::http)
        return Error{Errc::bad_request, "a proxy of the kind \"" + std::string{url->scheme()} +
                                            "\" is not supported: " + rule};
    auto const port = url->has_port() ? port_in(std::string{url->port()}) : 80;
    if (!port) return Error{Errc::bad_request, "the port of a proxy must be from 1 to 65535"};
    Proxy proxy{url->host_address(), std::to_string(*port), ""};
    if (url->has_userinfo()) proxy.credentials = url->user() + ":" + url->password();
    return proxy;
}

bool is_exempt(std::string_view no_proxy, std::string_view host, std::string_view port) {
    std::vector<std::string> rules;
    boost::split(rules, no_proxy, boost::is_any_of(", \t"), boost::token_compress_on);
    return std::ranges::any_of(rules, [&](std::string const& rule) {
        return !rule.empty() && matches(rule_of(rule), host, port);
    });
}

std::string basic_authorization(std::string_view credentials) {
    std::vector<unsigned char> encoded((credentials.size() + 2) / 3 * 4 + 1);  // and a final zero
    auto const* bytes = reinterpret_cast<unsigned char const*>(credentials.data());
    int const size = EVP_EncodeBlock(encoded.data(), bytes, static_cast<int>(credentials.size()));
    return std::string{basic} + std::string(encoded.begin(), encoded.begin() + size);
}

std::optional<std::string> tunnel_refusal(Proxy const& proxy, std::string_view server,
                                          unsigned status, std::string const& challenges) {
    if (status / 100 == 2) return std::nullopt;
    std::string const name = "the proxy " + name_of(proxy);
    if (status == 407 && !challenges.empty() && !boost::icontains(challenges, "basic"))
        return name + " asks for " + quote(challenges, secrets_of(proxy)) +
               ", and settingsd knows Basic alone: set server.proxy to a proxy on this machine "
               "that knows it, like cntlm";
    if (status == 407 && proxy.credentials.empty())
        return name + " asks for a user name and a password: set server.proxy_credentials";
    if (status == 407)
        return name +
               " does not accept the user name and the password that it was given: look at "
               "server.proxy_credentials, or at the proxy's URL";
    // A portal in front of the proxy redirects, or says so itself (RFC 6585, 6).
    bool const may_be_a_portal = status / 100 == 3 || status == 511;
    return name + " does not lead to " + std::string{server} + ": it answers " +
           std::to_string(status) + (may_be_a_portal ? std::string{"; "} + a_portal : "");
}

}  // namespace settings::sync
