#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "cli/print.h"

namespace settings::cli {

// How texts for people are laid out.

enum class Colour { red, green, yellow };

/// The text in that colour, where the style has colours.
[[nodiscard]] std::string coloured(std::string const& text, Colour colour, Style style);

/// The text, cut to so many bytes at the end of a character, with "…" for what is missing.
[[nodiscard]] std::string shortened(std::string text, std::size_t most_bytes);

// How much of a value a person wants to see.
inline constexpr std::size_t cell_bytes = 40;  ///< among other columns
inline constexpr std::size_t text_bytes = 100;

/// A value as JSON, shortened; "(none)" without one.
[[nodiscard]] std::string brief(std::optional<client::Json> const& value, std::size_t most_bytes);

/// A span in one unit: "12 s", "5 min", "3 h", "2 days".
[[nodiscard]] std::string length(std::chrono::seconds span);

/// "3 min ago"; "just now" for the last seconds and for the future.
[[nodiscard]] std::string ago(client::Time at, client::Time now);

/// The time in the process's time zone, with the zone's name: "2026-11-23 19:00:00 CET".
[[nodiscard]] std::string local(client::Time at);

// The process's time zone at a moment: how far it is ahead of UTC, and its name.
[[nodiscard]] std::chrono::seconds offset_at(client::Time at);
[[nodiscard]] std::string zone_at(client::Time at);

/// Puts local() times in place of those of a sentence, which the daemon tells in UTC (RFC 3339).
[[nodiscard]] std::string with_local_times(std::string sentence);

/// In the process's time zone, and how long ago.
[[nodiscard]] std::string moment(client::Time at, client::Time now);

/// How large the terminal is that the output goes to; nothing when it goes elsewhere.
struct TerminalSize {
    std::size_t rows = 0;
    std::size_t columns = 0;
};
[[nodiscard]] std::optional<TerminalSize> terminal_size();

/// The lines, folded between words to a number of columns. What is folded goes on below the line's
/// own text, which begins behind a label and two spaces, or where the line does.
[[nodiscard]] std::string folded(std::string const& lines, std::size_t columns);

/// What a person is to read, folded to the terminal that it goes to, which would fold it anywhere.
[[nodiscard]] std::string fitted(std::string const& lines, Style style);

/// What a terminal of that size has room for: the lines, folded to its columns; a word that is
/// longer is cut, with "…" for the rest, and so are the lines, with a last one that says how many
/// are missing.
[[nodiscard]] std::string cropped(std::string const& lines, TerminalSize size);

/// Lines of a label and a text, the texts below one another.
class Table {
  public:
    /// A label may be empty: the line then belongs to the one above. With a style that has colours
    /// the text is red.
    void add(std::string label, std::string const& text, Style style = Style::plain);
    void add_if_any(std::string label, std::string const& text);
    [[nodiscard]] std::string const& lines() const { return lines_; }

  private:
    std::string lines_;
};

/// Rows as columns of equal width, as a terminal shows it, two spaces apart. Texts are printable.
[[nodiscard]] std::string columns(std::vector<std::vector<std::string>> const& rows);

}  // namespace settings::cli
