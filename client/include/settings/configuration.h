#pragma once

#include <string>
#include <vector>

#include "settings/value.h"

namespace settings::client {

/// What the daemon was configured to do, by which file. Secrets are left out.
struct Configuration {
    /// A file that was read, or looked for in vain.
    struct File {
        std::string path;
        bool present = false;
    };
    struct Setting {
        std::string name;                ///< dotted
        Json value;                      ///< in use now; null for none
        std::string source;              ///< one word: "file", "environment", "systemd", "default"
        std::string file;                ///< of the source "file"; else empty
        bool waits_for_restart = false;  ///< the files say otherwise, which a restart takes up
    };
    std::vector<File> files;  ///< the one that counts first at the front
    std::vector<Setting> settings;
    Json answer;  ///< all of it, as it came
};

}  // namespace settings::client
