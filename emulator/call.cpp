#include "emulator/call.h"

#include <array>

namespace settings::emulator {
namespace {

struct Entry {
    Call call;
    std::string_view method;
    std::string_view path;
    std::string_view name;   ///< in a fault script
    std::string_view group;  ///< in a fault script
};

constexpr auto table = std::to_array<Entry>({
    {Call::get, "GET", "/settings/user", "get", "settings"},
    {Call::put, "PUT", "/settings/user", "put", "settings"},
    {Call::post, "POST", "/settings/user", "post", "settings"},
    {Call::erase, "DELETE", "/settings/user", "delete", "settings"},
    {Call::login, "POST", "/user/login", "login", "tokens"},
    {Call::refresh, "POST", "/user/refresh", "refresh", "tokens"},
    {Call::github_refresh, "POST", "/auth/github/refresh", "refresh", "tokens"},
    {Call::microsoft_refresh, "POST", "/auth/microsoft/refresh", "refresh", "tokens"},
    {Call::logout, "POST", "/user/logout", "logout", "tokens"},
    {Call::factor_status, "GET", "/mfa/status", "mfa", "mfa"},
    {Call::factor_link, "POST", "/mfa/magic-link/send", "mfa", "mfa"},
    {Call::factor_verify, "POST", "/mfa/verify-login", "mfa", "mfa"},
    {Call::organization_get, "GET", "/settings/organization", "organization", "organization"},
    {Call::organization_put, "PUT", "/settings/organization", "organization", "organization"},
    {Call::organization_post, "POST", "/settings/organization", "organization", "organization"},
    {Call::organization_erase, "DELETE", "/settings/organization", "organization", "organization"},
});

}  // namespace

Route route(std::string_view method, std::string_view path, std::string_view prefix) {
    if (!path.starts_with(prefix)) return {};
    path.remove_prefix(prefix.size());
    Route found;
    for (auto const& entry : table) {
        if (entry.path != path) continue;
        if (entry.method == method) return {entry.call, {}};
        if (!found.allow.empty()) found.allow += ", ";
        found.allow += entry.method;
    }
    return found;
}

std::vector<Call> calls_named(std::string_view lower_case) {
    std::vector<Call> found;
    for (auto const& entry : table)
        if (entry.name == lower_case || entry.group == lower_case) found.push_back(entry.call);
    return found;
}

}  // namespace settings::emulator
