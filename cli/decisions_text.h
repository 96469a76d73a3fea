#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/print.h"
#include "settings/decisions.h"

namespace settings::cli {

// What waits for a person, as text for one; as JSON it is what the daemon told. Texts from outside
// cannot take over the terminal.

/// One setting's state and the causes, each on a line.
[[nodiscard]] std::string explanation_text(client::Explanation const& told, Style style);

/// A line for each conflict.
[[nodiscard]] std::string conflicts_text(std::vector<client::Conflict> const& conflicts,
                                         client::Time now, Style style);

/// A line for each rejected setting.
[[nodiscard]] std::string rejected_text(std::vector<client::Status::Rejected> const& rejected,
                                        client::Time now, Style style);

/// What a verdict on single settings has done, and what is still held.
[[nodiscard]] std::string decided_text(client::Verdict verdict,
                                       std::optional<client::Status::Review> const& rest);

/// What a document that is held for review would change.
/// What a document that has no past in common with this machine's would bring.
[[nodiscard]] std::string encounter_text(client::Status::Review const& review, Style style);

/// Whether the account has nothing that is not here as well, so that nothing can be lost.
[[nodiscard]] bool asks_for_nothing(client::Status::Review const& review);

/// What a person who logs in may answer to it, a line each. `former` is whose login the new one has
/// taken the place of; empty where it was nobody's.
[[nodiscard]] std::string choices_text(client::Status::Review const& review,
                                       std::string const& former);

/// What a decision on it leads to, in a sentence.
[[nodiscard]] std::string decision_text(client::Verdict verdict);

[[nodiscard]] std::string review_text(std::optional<client::Status::Review> const& review,
                                      Style style);

}  // namespace settings::cli
