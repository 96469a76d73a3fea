#pragma once

#include <string>
#include <variant>
#include <vector>

#include "model/json.h"

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
using Edit = std::variant<Patch, Replace, Erase>;

}  // namespace model
}  // namespace settings
