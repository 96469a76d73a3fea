#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "model/revision.h"

namespace settings {
inline namespace model {

/// What to take back: one change, an app's burst of changes around it, or all since a time.
struct Undo {
    struct One {
        Revision revision;
    };
    struct Burst {
        Revision revision;
    };
    struct Since {
        std::int64_t at;  ///< Unix time in milliseconds
    };
    std::variant<One, Burst, Since> what;
    bool force = false;  ///< also where the value was changed again since
};

/// What an undo did.
struct Undone {
    Revision revision = 0;               ///< the document's, with the old values back
    std::size_t revisions = 0;           ///< how many were taken back
    std::vector<std::string> keys = {};  ///< top-level keys whose values were put back
};

}  // namespace model
}  // namespace settings
