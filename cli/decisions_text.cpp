#include "cli/decisions_text.h"

#include <algorithm>

#include "cli/layout.h"
#include "model/counted.h"
#include "model/path.h"
#include "model/printable.h"

namespace settings::cli {
namespace {

using client::Conflict;
using client::Explanation;
using client::Json;
using client::Status;
using client::Time;

using Rows = std::vector<std::vector<std::string>>;

Colour colour_of(Explanation const& told) {
    if (told.state == "synced") return Colour::green;
    return told.state == "rejected" ? Colour::red : Colour::yellow;
}

std::string when(std::optional<Time> at, Time now) { return at ? ago(*at, now) : "?"; }

std::vector<std::string> row_of(Conflict const& conflict, Time now) {
    auto const ours = brief(conflict.ours, cell_bytes) + " (here)";
    auto const theirs = brief(conflict.theirs, cell_bytes) + " (elsewhere)";
    return {std::to_string(conflict.id), conflict.path, conflict.kept_ours ? ours : theirs,
            conflict.kept_ours ? theirs : ours, when(conflict.at, now)};
}

std::vector<std::string> row_of(Status::Rejected const& one, Time now) {
    auto const again = one.retry_in ? length(*one.retry_in) : "?";
    auto const status = one.status.value_or(0);
    auto const told = status == 0 ? "" : " (status " + std::to_string(status) + ')';
    return {one.key, when(one.at, now), std::to_string(one.refusals.value_or(1)), again,
            one.message + told};
}

template <class List>
std::string json_text(List const& list) {
    Json answers = Json::array();
    for (auto const& one : list) answers.push_back(one.answer);
    return value_text(answers, Style::json);
}

std::string why_apart(Status::Review const& review) {
    if (review.kind == "first")
        return "this machine's settings and the account's meet for the first time";
    if (review.kind == "server")
        return "the server is another one than these settings were synced with";
    return "the account is another one than these settings were synced with";
}

std::string brief_if_shown(std::optional<Json> const& value) {
    return value ? brief(value, cell_bytes) : "…";
}

/// The last line of a table that shows only the first few of `all`.
void add_left_out(Rows& rows, std::uint64_t all) {
    std::uint64_t const shown = rows.size() - 1;
    if (all <= shown) return;
    std::vector<std::string> last(rows.front().size());
    last.front() = "and " + std::to_string(all - shown) + " more";
    rows.push_back(std::move(last));
}

Rows differences(Status::Review const& review) {
    Rows rows{{"Setting", "Here", "In the account"}};
    for (auto const& [path, here, there, is_gone] : review.differences)
        rows.push_back({path, brief_if_shown(here), brief_if_shown(there)});
    add_left_out(rows, review.differ);
    return rows;
}

Rows changes(Status::Review const& review) {
    Rows rows{{"Setting", "Here", "At the server"}};
    for (auto const& [path, here, there, is_gone] : review.differences)
        rows.push_back({path, brief_if_shown(here), is_gone ? "(none)" : brief_if_shown(there)});
    add_left_out(rows, review.changed + review.removed);
    return rows;
}

/// By name, as many as a person reads.
std::string some_of(std::vector<std::string> const& keys) {
    constexpr std::size_t most = 20;
    std::string text;
    for (std::size_t at = 0; at < std::min(keys.size(), most); ++at)
        text += (at == 0 ? "" : ", ") + path_text({keys[at]});
    if (keys.size() > most) text += " and " + std::to_string(keys.size() - most) + " more";
    return text;
}

/// Of what only this machine has, as much as fits into a sentence.
std::string named_here(Status::Review const& review) {
    constexpr std::size_t most = 5;
    auto const& paths = review.only_here_paths;
    std::string text;
    for (std::size_t at = 0; at < std::min(paths.size(), most); ++at)
        text += (at == 0 ? ": " : ", ") + printable(paths[at]);
    return text + (paths.size() > most ? ", …" : "");
}

/// How a person who has seen this decides about single settings.
std::string by_setting(Status::Review const& review) {
    if (review.keys.empty()) return {};
    std::string const decide =
        review.kind == "removals"
            ? "\"settingsctl review apply SETTING\" and \"settingsctl review refuse SETTING\" "
              "decide "
              "about some alone: "
            : "\"--account SETTING\" and \"--device SETTING\" decide otherwise about some: ";
    return decide + printable(some_of(review.keys)) + ".\n\"--shown " + printable(review.tag) +
           "\" has a decision count only while this is what is held.\n";
}

}  // namespace

std::string encounter_text(Status::Review const& review, Style style) {
    auto text = coloured(why_apart(review), Colour::red, style) + "\n\n";
    if (review.differ > 0) text += columns(differences(review)) + '\n';
    text += counted(review.differ, "setting differs", "settings differ") + "; " +
            std::to_string(review.only_there) + " only in the account; " +
            std::to_string(review.only_here) + " only here" + named_here(review) + '\n';
    return text;
}

bool asks_for_nothing(Status::Review const& review) {
    return review.kind == "first" && review.differ == 0 && review.only_there == 0;
}

std::string choices_text(Status::Review const& review, std::string const& former) {
    auto const removes =
        review.only_here == 0 ? "" : "; removes " + std::to_string(review.only_here) + " here";
    auto const again =
        former.empty() ? " again" : "; to go on as before, log in as " + printable(former);
    return "  m  both together; where they differ, the account's value\n"
           "  a  the account's settings, as they are" +
           removes +
           "\n  d  both together; where they differ, this device's value\n"
           "  c  cancel: log out" +
           again + '\n';
}

std::string decision_text(client::Verdict verdict) {
    switch (verdict) {
        case client::Verdict::apply: return "the next look takes the server's document over";
        case client::Verdict::refuse: return "the next look puts this device's document back";
        case client::Verdict::merge:
            return "the next look brings both together; where both have a value, the account's "
                   "stays and this machine's is listed by \"settingsctl conflicts\"";
        case client::Verdict::account:
            return "the next look takes the account's settings; what this machine had is in "
                   "\"settingsctl log\"";
        case client::Verdict::device:
            return "the next look brings both together; where both have a value, this machine's "
                   "stays and the account's is listed by \"settingsctl conflicts\"";
    }
    return {};
}

std::string decided_text(client::Verdict verdict, std::optional<Status::Review> const& rest) {
    auto const done = verdict == client::Verdict::apply
                          ? "taken over as the server has it"
                          : "kept; the next round puts it back at the server";
    if (!rest) return std::string{done} + "; nothing is held any more\n";
    return std::string{done} + "; still held: " + printable(some_of(rest->keys)) + '\n';
}

std::string explanation_text(Explanation const& told, Style style) {
    if (style == Style::json) return value_text(told.answer, style);
    Table table;
    for (auto const& cause : told.because)
        table.add(&cause == &told.because.front() ? "Because" : "", with_local_times(cause));
    table.add_if_any("Unblocked by", told.unblocked_by);
    auto const headline = printable(told.path + ": " + told.state);
    return coloured(headline, colour_of(told), style) + "\n\n" + table.lines();
}

std::string conflicts_text(std::vector<Conflict> const& conflicts, Time now, Style style) {
    if (style == Style::json) return json_text(conflicts);
    if (conflicts.empty()) return "there is no conflict\n";
    Rows rows{{"ID", "Setting", "Kept", "Not kept", "When"}};
    for (auto const& conflict : conflicts) rows.push_back(row_of(conflict, now));
    return columns(rows) +
           "\n\"settingsctl conflicts restore ID\" puts back what was not kept, "
           "\"settingsctl conflicts discard ID\" forgets it; both take several, settings, or "
           "--all.\n";
}

std::string rejected_text(std::vector<Status::Rejected> const& rejected, Time now, Style style) {
    if (style == Style::json) return json_text(rejected);
    if (rejected.empty()) return "the server has rejected nothing\n";
    Rows rows{{"Setting", "When", "Times", "Again in", "Message"}};
    for (auto const& one : rejected) rows.push_back(row_of(one, now));
    return columns(rows) +
           "\n\"settingsctl rejected retry KEY\" tries again now, "
           "\"settingsctl rejected discard KEY\" takes the server's value.\n";
}

std::string review_text(std::optional<Status::Review> const& review, Style style) {
    if (style == Style::json) return value_text(review ? review->answer : Json(nullptr), style);
    if (!review) return "nothing is held for review\n";
    if (review->kind != "removals")
        return encounter_text(*review, style) +
               "\n"
               "\"settingsctl review merge\" brings both together, and where both have a value the "
               "account's stays.\n\"settingsctl review account\" takes the account's as they are; "
               "\"settingsctl review device\" has this machine's win.\n"
               "\"settingsctl logout\" keeps them apart. Until then nothing is taken over and "
               "nothing is sent.\n" +
               by_setting(*review);
    auto const sentence = "the server's document would change " + std::to_string(review->changed) +
                          " and remove " + std::to_string(review->removed) + " of the " +
                          std::to_string(review->known) + " settings that it held";
    auto const table = review->differences.empty() ? "" : columns(changes(*review)) + '\n';
    return coloured(sentence, Colour::red, style) + "\n\n" + table +
           "\"settingsctl review apply\" takes it over, \"settingsctl review refuse\" puts this "
           "device's document back.\nUntil then these settings stay as they are, here and there; "
           "all "
           "others go on.\n" +
           by_setting(*review);
}

}  // namespace settings::cli
