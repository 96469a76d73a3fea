#include "cli/print.h"

#include <boost/algorithm/string/join.hpp>

#include "cli/layout.h"
#include "model/counted.h"
#include "model/printable.h"

namespace settings::cli {
namespace {

using namespace std::chrono;
using client::Status;
using client::Time;

std::string pending_text(std::uint64_t pending, std::vector<std::string> const& some) {
    if (pending == 0) return "nothing";
    auto text = counted(pending, "setting", "settings");
    for (auto const& key : some) text += (&key == &some.front() ? ": " : ", ") + key;
    if (some.empty() || some.size() >= pending) return text;
    return text + " and " + std::to_string(pending - some.size()) + " more";
}

std::string rejected_text(Status::Rejected const& one, Time now) {
    std::string text = one.key + ": " + one.message;
    if (one.status.value_or(0) != 0) text += " (status " + std::to_string(*one.status) + ')';
    if (one.at) text += ", " + ago(*one.at, now);
    return text;
}

/// Whether the first line says it already.
bool is_said(std::string const& sentence, Status const& status) {
    return sentence.empty() || status.summary.find(sentence) != std::string::npos;
}

std::string last_error_text(Status const& status, Time now) {
    auto const& [message, at, kind] = *status.last_error;
    if (!at) return message;
    return is_said(message, status) ? moment(*at, now) : message + ", " + moment(*at, now);
}

std::string next_attempt_text(Status const& status) {
    auto const& [in, reason] = *status.next_attempt;
    std::string const when = in < seconds{1} ? "now" : "in " + length(in);
    return is_said(reason, status) ? when : when + ": " + reason;
}

std::string review_text(Status::Review const& review) {
    if (review.kind != "removals")
        return std::to_string(review.differ) + " differ, " + std::to_string(review.only_there) +
               " only there, " + std::to_string(review.only_here) +
               " only here; see: settingsctl review";
    return std::to_string(review.changed) + " changed and " + std::to_string(review.removed) +
           " removed of " + std::to_string(review.known) + "; see: settingsctl review";
}

std::string notice_text(Status::Notice const& notice, Time now) {
    return (notice.at ? moment(*notice.at, now) + ": " : "") + notice.message;
}

/// The account's name, as far as it is known.
std::string name_of(Status::Account const& account) {
    if (!account.email.empty()) return account.email;
    return account.id.empty() ? "not known: the token does not say it" : account.id;
}

std::string organization_text(Status::Account const& account) {
    if (account.role.empty()) return account.organization;
    return account.organization + ", as " + account.role;
}

std::string method_text(Status::Account const& account) {
    if (account.method == "password" && account.second_factor.empty())
        return "a login with a password";
    if (account.method == "password") return "a login with a password and " + account.second_factor;
    bool const is_named = !account.provider.empty() && account.provider != "LOCAL";
    if (account.method == "tokens" && is_named)
        return "tokens that were given, of a login by " + account.provider;
    if (account.method == "tokens") return "tokens that were given";
    if (account.method == "file") return "a token file";
    return account.method == "command" ? "the token command" : account.method;
}

std::string headline(Status const& status, Style style) {
    std::string text = status.summary.empty() ? "State: " + status.state : status.summary;
    if (status.state == "idle") return coloured(printable(text), Colour::green, style);
    if (status.state == "held") return coloured(printable(text), Colour::red, style);
    return coloured(printable(text), Colour::yellow, style);
}

}  // namespace

std::string value_text(client::Json const& value, Style style) {
    if (style == Style::json) return value.dump() + '\n';
    auto const text = value.is_string() ? value.get<std::string>() : value.dump(2);
    return (is_for_a_person(style) ? printable_lines(text) : text) + '\n';
}

std::string status_text(Status const& status, Time now, Style style) {
    if (style == Style::json) return value_text(status.answer, style);
    Table table;
    if (status.pending) table.add("Pending", pending_text(*status.pending, status.pending_keys));
    for (auto const& one : status.rejected)
        table.add(&one == &status.rejected.front() ? "Rejected" : "", rejected_text(one, now),
                  style);
    if (status.review) table.add("Review", review_text(*status.review), style);
    if (status.notice) {
        table.add("Notice", notice_text(*status.notice, now), style);
        table.add("", "settingsctl dismiss, once you have read it");
    }
    if (status.conflicts.value_or(0) > 0)
        table.add("Conflicts", std::to_string(*status.conflicts) + "; see: settingsctl conflicts");
    if (status.last_success) table.add("Last success", moment(*status.last_success, now));
    if (status.last_error) table.add("Last error", last_error_text(status, now));
    if (status.next_attempt) table.add("Next attempt", next_attempt_text(status));
    if (status.revision) table.add("Revision", std::to_string(*status.revision));
    if (status.account) table.add("Account", name_of(*status.account));
    table.add_if_any("Server", status.server);
    table.add_if_any("Open to", boost::join(status.allow, ", "));
    table.add_if_any("Shown to", boost::join(status.allow_read, ", "));
    table.add_if_any("Version", status.version);
    return headline(status, style) + "\n\n" + table.lines();
}

std::string account_text(Status const& status, Time now, Style style) {
    auto const& account = *status.account;
    if (style == Style::json) return value_text(status.answer.at("account"), style);
    Table table;
    table.add("Account", name_of(account));
    if (account.id != name_of(account)) table.add_if_any("Id", account.id);
    table.add_if_any("Organization", organization_text(account));
    if (account.since) table.add("Since", moment(*account.since, now));
    table.add("By", method_text(account));
    table.add_if_any("Server", status.server);
    return table.lines();
}

}  // namespace settings::cli
