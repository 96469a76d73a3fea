#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <set>
#include <string>

namespace settings::emulator {

/// What the service does to keys and documents, against what one would expect of it, until a script
/// ends it. Keys are top-level names.
struct Quirks {
    std::set<std::string> refused;           ///< a PUT that has one gets 400 …
    bool stores_the_rest = false;            ///< … and its other keys are stored all the same
    std::map<std::string, unsigned> poison;  ///< a write that names one gets this status; 0 breaks
                                             ///< the connection
    std::optional<std::set<std::string>>
        kept;                     ///< what a PUT may store; all else is dropped, with 200
    std::chrono::seconds lag{0};  ///< a GET shows the document as it was then
};

}  // namespace settings::emulator
