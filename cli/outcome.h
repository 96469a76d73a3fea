#pragma once

#include <optional>
#include <string>

#include "cli/commands.h"

namespace settings::cli {

// What a command comes to.

/// The daemon's refusal, or its absence, in its words.
[[nodiscard]] Outcome failed(client::Error const& error);

/// A sentence, for programs {"success":true}; or the failure.
[[nodiscard]] Outcome done(client::Result<void> const& result, std::string const& sentence,
                           Style style);

/// What was done, for programs {"revision":N}; or the failure. People are told nothing when there
/// is no sentence.
[[nodiscard]] Outcome saved(client::Result<client::Revision> const& revision, Style style,
                            std::string const& sentence = {});

/// As saved(); without a revision nothing had to be done.
[[nodiscard]] Outcome saved_if_any(std::optional<client::Revision> const& revision, Style style);

}  // namespace settings::cli
