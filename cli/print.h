#pragma once

#include <string>

#include "settings/status.h"

namespace settings::cli {

/// How the output is going to be read.
enum class Style {
    plain,     ///< a file or a pipe
    terminal,  ///< a person who wants no colours
    colours,   ///< a person
    json,      ///< a program
};

[[nodiscard]] inline bool is_for_a_person(Style style) {
    return style == Style::terminal || style == Style::colours;
}

/// One value and a line break. As JSON on one line; otherwise a string bare and anything else as
/// JSON with two spaces of indentation. Members are sorted by name. For a person it is
/// printable, line by line; for all others as it is.
[[nodiscard]] std::string value_text(client::Json const& value, Style style);

/// Whose account it is, for a person or as the status has it; it has to be known.
[[nodiscard]] std::string account_text(client::Status const& status, client::Time now, Style style);

/// The status for a person: what the daemon left out has no line. Times are given in the process's
/// time zone and relative to `now`. As JSON it is the daemon's whole answer.
///
/// Texts from elsewhere are printable.
[[nodiscard]] std::string status_text(client::Status const& status, client::Time now, Style style);

}  // namespace settings::cli
