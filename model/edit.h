#pragma once

#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "model/json.h"
#include "model/path.h"

namespace settings {
inline namespace model {

/// What an app asks for; the three writes of the service, under the service's meaning.
struct Patch {
    Json partial;  ///< an object, merged into the document object by object
};
struct Replace {
    Json document;  ///< an object that becomes the whole document
};
struct Erase {
    std::vector<std::string> paths;  ///< dotted; one that names nothing is passed over
};
/// Values at paths, one after the other: each sees what those before it did.
struct Assignments {
    struct One {
        std::variant<std::string, Path> path;  ///< as text, or just these names; see place_for()
        std::optional<Json> value = {};        ///< nothing removes what is there
        /// The value replaces what is there; else it is merged in, as by Patch.
        bool whole = false;
    };
    std::vector<One> list;
};
using Edit = std::variant<Patch, Replace, Erase, Assignments>;

}  // namespace model
}  // namespace settings
