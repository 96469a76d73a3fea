#pragma once

#include <functional>
#include <optional>
#include <string>

#include "cli/commands.h"
#include "model/change_set.h"

namespace settings::cli {

/// What a change of many settings came to: the revisions that it led to, none where there was
/// nothing to change. One request carries half a MiB, and each is a revision.
struct Steps {
    std::optional<client::Revision> first = {};
    std::optional<client::Revision> last = {};
    std::optional<int> signal = {};  ///< that ended it; all is as it was, unless `left` tells else
    std::string left = {};           ///< what could not be taken back; empty for nothing

    [[nodiscard]] bool are_several() const { return first != last; }
};

/// Sends what is to be changed, in one step where it fits into one request. Each request builds on
/// the one before it, so that no other app's edit gets in between. Where one is refused, or a
/// signal comes that is to end the program, what was changed before is taken back.
[[nodiscard]] client::Result<Steps> send(ChangeSet changes, client::Tag tag,
                                         client::Client& client);

/// Makes of the settings what `result` says, beginning anew when another app was faster.
[[nodiscard]] client::Result<Steps> become(std::function<Json(Json const& before)> const& result,
                                           client::Client& client);

/// Why it came to nothing; nothing where it did not.
[[nodiscard]] std::optional<Outcome> failure_of(client::Result<Steps> const& steps);

/// A line for a person about a change that took several revisions: "loaded, in revisions 7 to 9",
/// and how to take it back. Empty for one alone.
[[nodiscard]] std::string told_of_several(std::string const& deed, Steps const& steps);

}  // namespace settings::cli
