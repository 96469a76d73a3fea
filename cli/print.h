#pragma once

#include <string>

#include "settings/status.h"

namespace settings::cli {

/// How the output is going to be read.
enum class Style {
    plain,    ///< a file, a pipe, or a person without colours
    colours,  ///< a terminal
    json,     ///< a program
};

/// One value and a line break. As JSON on one line; otherwise a string bare and anything else as
/// JSON with two spaces of indentation. Members are sorted by name.
[[nodiscard]] std::string value_text(client::Json const& value, Style style);

/// The status for a person: what the daemon left out has no line. Times are given in the process's
/// time zone and relative to `now`. As JSON it is the daemon's whole answer.
///
/// Texts from outside cannot take over the terminal: control characters come out as '?'.
[[nodiscard]] std::string status_text(client::Status const& status, client::Time now, Style style);

}  // namespace settings::cli
