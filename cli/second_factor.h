#pragma once

#include <string>

#include "settings/result.h"

namespace settings::cli {

/// What a person has typed who was asked for a second factor.
struct FactorAnswer {
    enum class What { code, link_token, wish_for_link };
    What what = What::code;
    std::string text;  ///< without what only a person needs
};

/// Whether one of the account's methods can be shown at a terminal, now.
[[nodiscard]] bool can_be_shown(client::SecondFactor const& factor);

/// How to ask; `is_mailed`: a link is on its way.
[[nodiscard]] std::string question(client::SecondFactor const& factor, bool is_mailed);

/// Reads an answer: digits, in groups as authenticators show them, are a code, where the account
/// has codes; "link" is the wish for one; anything else is a link, or the token in it.
[[nodiscard]] FactorAnswer factor_answer(std::string const& typed,
                                         client::SecondFactor const& factor);

}  // namespace settings::cli
