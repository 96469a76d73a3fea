#pragma once

#include <cstdint>
#include <string>
#include <variant>
#include <vector>

#include "model/change_set.h"
#include "model/revision.h"

namespace settings {
inline namespace model {

/// What to take back: one change, an app's burst of changes around it, all since a time, or the
/// newest edit of an app here that no undo has taken back.
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
    struct Newest {
        bool burst = false;  ///< and the same app's changes right before it
    };
    std::variant<One, Burst, Since, Newest> what;
    bool force = false;    ///< also where the value was changed again since
    bool dry_run = false;  ///< only tell what it would do
};

/// What an undo did.
struct Undone {
    Revision revision = 0;                 ///< the document's, with the old values back
    std::vector<Revision> revisions = {};  ///< that were taken back, newest first
    std::vector<std::string> keys = {};    ///< top-level keys whose values were put back
    ChangeSet changes = {};                ///< what it changed
};

}  // namespace model
}  // namespace settings
