#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace settings::emulator {

/// The service's calls that the emulator knows.
enum class Call {
    get,
    put,
    post,
    erase,
    login,
    refresh,
    github_refresh,
    microsoft_refresh,
    logout,
    factor_status,
    factor_link,
    factor_verify,
    organization_get,
    organization_put,
    organization_post,
    organization_erase,
};

/// Where a request leads: to a call, or to 405 (`allow` is not empty), or to 404.
struct Route {
    std::optional<Call> call;
    std::string allow;  ///< the methods that the path has, for the Allow header
};

/// Finds the call for a method and a path. `prefix` is what stands before the service's own paths,
/// empty or like "/api".
[[nodiscard]] Route route(std::string_view method, std::string_view path, std::string_view prefix);

/// The calls that a word in a fault script means: GET, PUT, POST and DELETE are those on the user's
/// settings, settings is all four of them, tokens is login, refresh and logout, mfa is what is
/// about the second factor, organization the four calls on its settings. Empty for other words.
[[nodiscard]] std::vector<Call> calls_named(std::string_view lower_case);

}  // namespace settings::emulator
