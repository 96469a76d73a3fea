#pragma once

#include <string>

#include "model/revision.h"

namespace settings::store {

/// A key that an edit left dirty.
struct Unsynced {
    std::string key;
    Revision revision = 0;  ///< the revision of its last change when the edit was committed
};

}  // namespace settings::store
