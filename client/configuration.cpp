#include "client/configuration.h"

#include <utility>

#include "client/fields.h"

namespace settings::client {

Configuration configuration_from(Json answer) {
    Configuration told;
    for (auto const& file : field(answer, "files"))
        told.files.push_back({text_field(file, "path"), field(file, "present") == true});
    for (auto const& setting : field(answer, "settings"))
        told.settings.push_back({text_field(setting, "name"), field(setting, "value"),
                                 text_field(setting, "source"), text_field(setting, "file"),
                                 field(setting, "waitsForRestart") == true});
    told.answer = std::move(answer);
    return told;
}

}  // namespace settings::client
