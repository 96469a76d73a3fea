#pragma once

#include <string>
#include <vector>

#include "model/revision.h"
#include "model/tag.h"
#include "model/texts.h"

namespace settings::store {

/// A top-level key whose local value changed.
struct LocalChange {
    std::string key;
    SharedText text;      ///< the new value; null when the key was removed
    bool by_app = false;  ///< an app changed it, not the server
};

/// Committed changes, as readers are to see them.
struct Commit {
    Revision revision = 0;
    std::vector<LocalChange> changes;  ///< in order; a key may stand twice
    bool whole = false;                ///< the changes are the whole document, not a difference
    StoreId store = any_store;         ///< store's number; set in a whole document alone
};

}  // namespace settings::store
