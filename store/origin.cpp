#include "store/origin.h"

#include <sqlite3.h>

#include <string>

#include "store/sqlite.h"

namespace settings::store {

std::string_view name_of(Origin origin) {
    switch (origin) {
        case Origin::app: return "app";
        case Origin::undo: return "undo";
        case Origin::remote: return "remote";
        case Origin::recovery: break;
    }
    return "recovery";
}

Origin origin_named(std::string_view name) {
    for (auto const origin : {Origin::app, Origin::undo, Origin::remote, Origin::recovery})
        if (name_of(origin) == name) return origin;
    throw SqliteError{SQLITE_CORRUPT,
                      "a journal entry has the origin \"" + std::string{name} + "\""};
}

}  // namespace settings::store
