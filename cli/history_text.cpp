#include "cli/history_text.h"

#include <algorithm>
#include <filesystem>
#include <iterator>
#include <ranges>

#include "cli/layout.h"
#include "model/path.h"
#include "model/printable.h"

namespace settings::cli {
namespace {

using client::App;
using client::Change;
using client::Entry;
using client::Json;

constexpr std::size_t most_changes = 40;  ///< shown of one undo

std::string name_of(App const& app) {
    if (!app.name.empty()) return app.name;
    if (!app.executable.empty()) return std::filesystem::path{app.executable}.filename();
    return app.pid ? "process " + std::to_string(*app.pid) : "an app";
}

std::string author_of(Entry const& entry) {
    if (entry.origin == "remote") return "another device";
    if (entry.origin == "recovery") return "recovery of the store";
    if (entry.origin == "organization") return "the organization's settings";
    auto const name = entry.app ? name_of(*entry.app) : "an app";
    return entry.origin == "undo" ? "undo by " + name : name;
}

std::string text_of(Change const& change) {
    return printable(path_text(change.names) + ": " + brief(change.before, text_bytes) + " -> " +
                     brief(change.after, text_bytes));
}

/// The organization's changes have no revision.
std::string number_of(Entry const& entry) {
    return entry.origin == "organization" ? "-" : std::to_string(entry.revision);
}

std::string text_of(Entry const& entry, client::Time now, Style style) {
    auto const when = entry.at ? ago(*entry.at, now) : "?";
    auto lines = coloured(number_of(entry), Colour::yellow, style) + "  " + when + "  " +
                 printable(author_of(entry)) + '\n';
    for (auto const& change : entry.changes) lines += "    " + text_of(change) + '\n';
    return lines;
}

/// By time, and each of the two in its own order.
std::vector<Entry> interleaved(client::History const& history) {
    std::vector<Entry> all;
    std::ranges::merge(history.entries, history.organization, std::back_inserter(all), {},
                       &Entry::at, &Entry::at);
    return all;
}

Json answers_of(std::vector<Entry> const& entries) {
    Json list = Json::array();
    for (auto const& entry : entries) list.push_back(entry.answer);
    return list;
}

std::string told(Entry const& entry, Style style) {
    if (style == Style::json) return value_text(entry.answer, style);
    std::string lines;
    auto const when = entry.at ? local(*entry.at) : "?";
    for (auto const& change : entry.changes)
        lines += when + "  " + printable(author_of(entry)) + "  " + text_of(change) + '\n';
    return lines;
}

std::string told(client::Reset const& reset, Style style) {
    if (style == Style::json)
        return value_text(
            {{"reset", true}, {"revision", reset.revision}, {"settings", reset.settings}}, style);
    return "the history between is gone; going on from revision " + std::to_string(reset.revision) +
           '\n';
}

}  // namespace

std::string log_text(client::History const& history, client::Time now, Style style) {
    if (style != Style::json) {
        std::string lines;
        for (auto const& entry : interleaved(history)) lines += text_of(entry, now, style);
        return lines.empty() ? "nothing has changed\n" : lines;
    }
    Json told{{"entries", answers_of(history.entries)},
              {"oldest", history.oldest},
              {"revision", history.revision},
              {"more", history.more}};
    if (!history.organization.empty()) told["organization"] = answers_of(history.organization);
    return value_text(told, style);
}

std::string changes_text(std::vector<client::Change> const& changes) {
    std::string lines;
    for (auto const& change : changes | std::views::take(most_changes))
        lines += "    " + text_of(change) + '\n';
    if (changes.size() > most_changes)
        lines += "    and " + std::to_string(changes.size() - most_changes) + " more\n";
    return lines;
}

std::string event_text(client::Event const& event, Style style) {
    return std::visit([&](auto const& kind) { return told(kind, style); }, event);
}

}  // namespace settings::cli
