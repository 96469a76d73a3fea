#include "cli/difference_text.h"

#include "cli/layout.h"
#include "model/printable.h"

namespace settings::cli {
namespace {

std::string line_of(Change const& change, Style style) {
    auto const path = path_text(change.path);
    auto const line = [&](std::string const& text, Colour colour) {
        return coloured(printable(text), colour, style) + '\n';
    };
    if (!change.before)
        return line("+ " + path + " = " + brief(change.after, text_bytes), Colour::green);
    if (!change.after)
        return line("- " + path + " = " + brief(change.before, text_bytes), Colour::red);
    return line("~ " + path + ": " + brief(change.before, text_bytes) + " -> " +
                    brief(change.after, text_bytes),
                Colour::yellow);
}

Json json_of(Change const& change) {
    Json json{{"path", dotted(change.path)}};
    if (change.before) json["old"] = *change.before;
    if (change.after) json["new"] = *change.after;
    if (is_ambiguous(change.path)) json["names"] = change.path;
    return json;
}

}  // namespace

std::string difference_text(ChangeSet const& changes, Style style) {
    if (style == Style::json) return value_text(difference_json(changes), style);
    std::string lines;
    for (auto const& change : changes) lines += line_of(change, style);
    return lines;
}

Json difference_json(ChangeSet const& changes) {
    Json list = Json::array();
    for (auto const& change : changes) list.push_back(json_of(change));
    return list;
}

}  // namespace settings::cli
