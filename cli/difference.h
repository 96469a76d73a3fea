#pragma once

#include <nlohmann/json.hpp>
#include <vector>

#include "settings/history.h"

namespace settings::cli {

using client::Change;

/// What leads from one document to another, by path.
///
/// Objects are descended into; arrays are whole values. A removed object is one change, so that it
/// goes with whatever else is in it by then; of an added one each leaf is, so that it can join what
/// another app has put there.
[[nodiscard]] std::vector<Change> difference(nlohmann::json const& before,
                                             nlohmann::json const& after);

/// Makes the changes in a document that may have moved on since; what they do not name stays.
void apply_changes(std::vector<Change> const& changes, nlohmann::json& document);

/// The document with the partial one merged in, as the daemon does it: object by object, anything
/// else is a value.
[[nodiscard]] nlohmann::json merged(nlohmann::json document, nlohmann::json const& partial);

}  // namespace settings::cli
