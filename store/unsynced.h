#pragma once

#include <string>

#include "model/revision.h"

namespace settings::store {

/// A key as an edit left it, which the server does not have yet.
struct Unsynced {
    std::string key;
    Revision revision = 0;  ///< of its last change then
};

}  // namespace settings::store
