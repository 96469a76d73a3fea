#include "sync/account/challenge.h"

#include <algorithm>
#include <array>

namespace settings::sync {
namespace {

constexpr std::size_t most_methods = 16;
constexpr std::size_t longest_name = 64;

/// A name of a method; empty for what is none.
std::string method_in(Json const* name) {
    if (name == nullptr || !name->is_string()) return {};
    auto text = name->get<std::string>();
    return text.size() <= longest_name ? text : std::string{};
}

std::vector<std::string> methods_in(Json const* list) {
    std::vector<std::string> methods;
    if (list == nullptr || !list->is_array()) return methods;
    for (auto const& name : *list) {
        if (methods.size() == most_methods) break;
        if (auto method = method_in(&name); !method.empty()) methods.push_back(std::move(method));
    }
    return methods;
}

bool is_true(Json const& data, char const* name) {
    auto const* flag = member(&data, name);
    return flag != nullptr && *flag == true;
}

bool is_needed(Json const& data) {
    return is_true(data, "isEnabled") || is_true(data, "isRequired") || is_true(data, "isEnforced");
}

}  // namespace

bool Challenge::has(std::string_view method) const {
    return std::find(methods.begin(), methods.end(), method) != methods.end();
}

std::optional<Challenge> challenge_in(Answer const& answer) {
    auto const success = read_success(answer);
    auto const* body = std::get_if<Json>(&success);
    auto const* data = body == nullptr ? nullptr : member(body, "data");
    if (data == nullptr || is_true(*data, "sessionVerified") || !is_needed(*data))
        return std::nullopt;
    return Challenge{methods_in(member(data, "enabledMethods")),
                     method_in(member(data, "primaryMethod"))};
}

bool has_no_second_factors(Answer const& answer) {
    constexpr std::array statuses{404U, 405U, 410U, 501U};
    return std::find(statuses.begin(), statuses.end(), answer.status) != statuses.end();
}

std::string what_to_show(Challenge const& challenge) {
    if (challenge.has(by_code) && challenge.has(by_link))
        return "the account wants the code of an authenticator, or a link that it mails";
    if (challenge.has(by_code)) return "the account wants the code of an authenticator";
    if (challenge.has(by_link)) return "the account wants a link that it mails";
    if (challenge.methods.empty())
        return "the organization demands a second factor and the account has none; set one up with "
               "the service, and log in again";
    return "the account wants a passkey, which takes a browser; log in there, and give the tokens "
           "to: settingsctl login --tokens";
}

}  // namespace settings::sync
