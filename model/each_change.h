#pragma once

#include <functional>
#include <string>

#include "model/path.h"

namespace settings {
inline namespace model {

// What a ChangeSet holds (change_set.h), without copies: a change may be as large as the document.

/// Nothing means absent.
using OnChange = std::function<void(Path const& path, Json const* before, Json const* after)>;

/// Tells of the changes of one value, which is at `path` and may be absent on either side.
void each_change(Path& path, Json const* before, Json const* after, OnChange const& tell);

/// Adds a change to the text that to_text(to_json(ChangeSet)) would be, but for the bracket at its
/// end.
void append_change(std::string& list, Path const& path, Json const* before, Json const* after);

}  // namespace model
}  // namespace settings
