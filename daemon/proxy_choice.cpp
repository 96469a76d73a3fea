#include "daemon/proxy_choice.h"

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

ProxyChoice from_environment(std::string const& host, std::string const& port) {
    auto const found = first_of({"https_proxy", "HTTPS_PROXY", "all_proxy", "ALL_PROXY"});
    if (!found || found->value.empty() || is_exempt(host, port)) return {};
    auto proxy = sync::parse_proxy(found->value);
    if (proxy) return {std::move(*proxy), {}};
    return {{},
            "the environment's " + found->name + " is not used: " + proxy.error().message() +
                "; set server.proxy to a proxy, or to \"none\""};
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
