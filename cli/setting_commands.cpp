#include <cmath>

#include "cli/assignment.h"
#include "cli/carry_out.h"
#include "cli/layout.h"
#include "cli/nearest.h"
#include "cli/outcome.h"
#include "model/path.h"

namespace settings::cli {
namespace {

/// Collects the paths of all values.
void collect(std::vector<std::string>& paths, Path& path, client::Json const& value) {
    if (!value.is_object()) return;
    for (auto const& [name, inner] : value.items()) {
        path.push_back(name);
        paths.push_back(path_text(path));
        collect(paths, path, inner);
        path.pop_back();
    }
}

/// A path that leads nowhere, with the one that may be meant.
std::string named(std::string const& path, Context const& context) {
    std::vector<std::string> known;
    Path at;
    if (auto const document = context.client.document()) collect(known, at, *document);
    return '"' + path + '"' + did_you_mean(path, known);
}

Outcome one_setting(std::string const& path, Context const& context) {
    check_word(path);
    auto const value = context.client.get(path);
    if (value) return {Exit::done, value_text(*value, context.style), {}};
    if (value.error().code() != client::Errc::not_found) return failed(value.error());
    return {Exit::refused, {}, "there is no setting " + named(path, context)};
}

/// A person is told of what may have changed since; programs have it in the API.
std::string doubt_about(client::OrganizationSettings const& organization) {
    if (!organization.is_stale) return {};
    return "this is what the service had " + length(organization.age) +
           " ago, and it has not been confirmed since";
}

Outcome of_organization(Get const& get, Context const& context) {
    if (get.path) check_word(*get.path);
    auto const organization = context.client.organization();
    if (!organization) return failed(organization.error());
    auto const* value = &organization->settings;
    if (get.path) {
        auto const names = resolve(*value, *get.path);
        if (!names)
            return {Exit::refused, {}, "the organization has no setting \"" + *get.path + '"'};
        value = find(*value, *names);
    }
    return {Exit::done, value_text(*value, context.style), doubt_about(*organization)};
}

/// What is removed already is no failure, and may be a mistake.
std::optional<std::string> first_absent(std::vector<std::string> const& paths,
                                        Context const& context) {
    auto const document = context.client.document();
    if (!document) return std::nullopt;
    for (auto const& path : paths)
        if (!resolve(*document, path)) return path;
    return std::nullopt;
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
    auto const reason = receipt.reason.empty() ? "" : ": " + receipt.reason;
    outcome.message = "saved, but not synced yet" + reason + "; see: settingsctl status";
    return outcome;
}

}  // namespace

Outcome carry_out(Get const& get, Context const& context) {
    if (get.of_organization) return of_organization(get, context);
    if (get.path) return one_setting(*get.path, context);
    auto const document = context.client.document();
    if (!document) return failed(document.error());
    return {Exit::done, value_text(*document, context.style), {}};
}

Outcome carry_out(Set const& set, Context const& context) {
    auto const reading = set.as_text ? Reading::text : Reading::json_or_text;
    auto const assignments = assignments_from(set.assignments, reading);
    auto const changes = type_changes(assignments, context);
    client::WriteOptions options;
    if (set.wait) options.wait(std::chrono::seconds{std::llround(std::ceil(*set.wait))});
    auto const receipt = context.client.assign(assignments, options);
    if (!receipt) return failed(receipt.error());
    auto outcome =
        set.wait ? waited(*receipt, context.style) : saved(receipt->revision, context.style);
    if (outcome.message.empty()) outcome.message = changes;
    return outcome;
}

Outcome carry_out(Unset const& unset, Context const& context) {
    for (auto const& path : unset.paths) check_word(path);
    auto const absent = first_absent(unset.paths, context);
    auto outcome = saved(context.client.erase(unset.paths), context.style);
    if (outcome.message.empty() && absent)
        outcome.message = "there was no setting " + named(*absent, context);
    return outcome;
}

}  // namespace settings::cli
