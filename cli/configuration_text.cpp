#include "cli/configuration_text.h"

#include <vector>

#include "cli/layout.h"
#include "model/printable.h"

namespace settings::cli {
namespace {

/// As it would stand in a file; "-" where none is set.
std::string value_of(client::Configuration::Setting const& setting) {
    return setting.value.is_null() ? "-" : brief(setting.value, text_bytes);
}

std::string source_of(client::Configuration::Setting const& setting) {
    auto source = setting.source;
    if (setting.source == "file") source = setting.file;
    if (setting.source == "environment") source = "the environment";
    if (setting.source == "default") source = "built in";
    return source +
           (setting.waits_for_restart ? "; the files say otherwise, which takes a restart" : "");
}

}  // namespace

std::string configuration_text(client::Configuration const& told, Style style) {
    if (style == Style::json) return value_text(told.answer, style);
    std::vector<std::vector<std::string>> rows;
    for (auto const& setting : told.settings)
        rows.push_back({setting.name, value_of(setting), source_of(setting)});
    std::string text = columns(rows) + "\nFiles, of which the first that has a setting counts:\n";
    for (auto const& [path, is_there] : told.files)
        text += "  " + printable(path) + (is_there ? "" : " (absent)") + '\n';
    return text;
}

}  // namespace settings::cli
