#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/revision.h"

namespace settings::store {

// What an undo took back is written beside who made it, in the app's text of its journal entry. So
// it goes with the entry wherever that goes, and a version that does not know it is not disturbed.

/// The text of an app that took these revisions back.
[[nodiscard]] std::string with_undid(std::string const& app,
                                     std::vector<Revision> const& revisions);

/// The revisions that an entry with this text took back; none where it does not say.
[[nodiscard]] std::vector<Revision> undid_in(std::string_view app);

/// The member's name in that text.
inline constexpr auto undid_member = "undid";

}  // namespace settings::store
