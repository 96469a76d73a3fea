#include <cmath>

#include "cli/assignment.h"
#include "cli/carry_out.h"
#include "cli/outcome.h"

namespace settings::cli {
namespace {

Outcome one_setting(std::string const& path, Context const& context) {
    (void)names_in(path);
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

/// The edit is durable also where the wait was too short.
Outcome set_and_wait(Set const& set, Context const& context) {
    std::chrono::seconds const wait{std::llround(std::ceil(*set.wait))};
    auto const receipt = context.client.patch(partial_from(set.assignments), {.wait = wait});
    if (!receipt) return failed(receipt.error());
    Outcome outcome{Exit::done, text_of(*receipt, context.style), {}};
    if (receipt->synced) return outcome;
    outcome.exit = Exit::refused;
    outcome.message = "saved, but not synced yet: " + receipt->reason + "; see: settingsctl status";
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
    if (set.wait) return set_and_wait(set, context);
    return saved(context.client.patch(partial_from(set.assignments)), context.style);
}

Outcome carry_out(Unset const& unset, Context const& context) {
    for (auto const& path : unset.paths) (void)names_in(path);
    return saved(context.client.erase(unset.paths), context.style);
}

}  // namespace settings::cli
