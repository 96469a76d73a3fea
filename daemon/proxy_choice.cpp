#include "daemon/proxy_choice.h"

#include <boost/algorithm/string/predicate.hpp>
#include <cstdlib>
#include <initializer_list>
#include <stdexcept>

namespace settings::daemon {
namespace {

struct Variable {
    std::string name;
    std::string value;
};

/// The first that is set, to an empty text as well.
std::optional<Variable> first_of(std::initializer_list<char const*> names) {
    for (auto const* name : names)
        if (char const* value = std::getenv(name); value != nullptr) return Variable{name, value};
    return std::nullopt;
}

bool is_exempt(std::string const& host, std::string const& port) {
    auto const rules = first_of({"no_proxy", "NO_PROXY"});
    return rules && sync::is_exempt(rules->value, host, port);
}

ProxyChoice unused(Variable const& variable, std::string const& why) {
    return {{},
            "the environment's " + variable.name + " is not used: " + why +
                "; set server.proxy to a proxy, or to \"none\""};
}

/// A PAC file is named by another variable, and would be for want of a proxy.
ProxyChoice from_environment(std::string const& host, std::string const& port) {
    auto found = first_of({"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"});
    if (!found) found = first_of({"auto_proxy", "AUTO_PROXY"});
    if (!found || found->value.empty() || is_exempt(host, port)) return {};
    bool const is_pac = boost::istarts_with(found->name, "auto");
    auto proxy = sync::parse_proxy(is_pac ? "pac+" + found->value : found->value);
    if (proxy) return {std::move(*proxy), {}};
    return unused(*found, proxy.error().message());
}

}  // namespace

ProxyChoice choose_proxy(std::optional<std::string> const& configured, std::string const& host,
                         std::string const& port) {
    if (!configured) return from_environment(host, port);
    if (*configured == "none") return {};
    auto proxy = sync::parse_proxy(*configured);
    if (!proxy) throw std::runtime_error{proxy.error().message()};
    return {std::move(*proxy), {}};
}

}  // namespace settings::daemon
