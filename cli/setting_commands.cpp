#include <cmath>

#include "cli/assignment.h"
#include "cli/carry_out.h"
#include "cli/outcome.h"

namespace settings::cli {
namespace {

Outcome one_setting(std::string const& path, Context const& context) {
    check_word(path);
    auto const value = context.client.get(path);
    if (value) return {Exit::done, value_text(*value, context.style), {}};
    if (value.error().code() != client::Errc::not_found) return failed(value.error());
    return {Exit::refused, {}, "there is no setting \"" + path + '"'};
}

std::string text_of(client::Receipt const& receipt, Style style) {
    if (style != Style::json) return {};
    return value_text(
        {{"revision", receipt.revision}, {"synced", receipt.synced}, {"reason", receipt.reason}},
        style);
}

/// Names the settings whose value is to become of another type, for whoever did not mean it.
std::string type_changes(std::vector<client::Assignment> const& assignments,
                         Context const& context) {
    std::string told;
    for (auto const& one : assignments) {
        auto const before = context.client.get(one.path());
        // Not to be waited for once for each: the edit itself is to be tried.
        if (!before && before.error().code() == client::Errc::unreachable) break;
        if (!before || before->is_null() || one.value()->is_null()) continue;
        std::string const was = before->type_name();
        if (was == one.value()->type_name()) continue;
        if (!told.empty()) told += "; ";
        told += '"' + one.path() + "\" was of type " + was + ", and is of type " +
                one.value()->type_name() + " now";
        if (was == "string") told += " (--string keeps it a string)";
    }
    return told;
}

/// The edit is durable also where the wait was too short.
Outcome waited(client::Receipt const& receipt, Style style) {
    Outcome outcome{Exit::done, text_of(receipt, style), {}};
    if (receipt.synced) return outcome;
    outcome.exit = Exit::refused;
    outcome.message = "saved, but not synced yet: " + receipt.reason + "; see: settingsctl status";
    return outcome;
}

}  // namespace

Outcome carry_out(Get const& get, Context const& context) {
    if (get.path) return one_setting(*get.path, context);
    auto const document = context.client.document();
    if (!document) return failed(document.error());
    return {Exit::done, value_text(*document, context.style), {}};
}

Outcome carry_out(Set const& set, Context const& context) {
    auto const reading = set.as_text ? Reading::text : Reading::json_or_text;
    auto const assignments = assignments_from(set.assignments, reading);
    auto const changes = type_changes(assignments, context);
    std::chrono::seconds const wait{std::llround(std::ceil(set.wait.value_or(0)))};
    auto const receipt = context.client.assign(assignments, wait);
    if (!receipt) return failed(receipt.error());
    auto outcome =
        set.wait ? waited(*receipt, context.style) : saved(receipt->revision, context.style);
    if (outcome.message.empty()) outcome.message = changes;
    return outcome;
}

Outcome carry_out(Unset const& unset, Context const& context) {
    for (auto const& path : unset.paths) check_word(path);
    return saved(context.client.erase(unset.paths), context.style);
}

}  // namespace settings::cli
