#pragma once

#include <string>

#include "model/revision.h"

namespace settings::store {

/// A key that an edit left dirty or in doubt.
struct Unsynced {
    std::string key;
    Revision revision = 0;  ///< the key's last change when the edit committed; 0 when it is gone
};

}  // namespace settings::store
