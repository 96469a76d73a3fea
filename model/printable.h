#pragma once

#include <string>
#include <string_view>

namespace settings {
inline namespace model {

/// Text that comes from elsewhere, as a terminal, a log or a message may show it. What steers is
/// written as JSON writes it (\u001b, \n), a byte that is no UTF-8 as \xff. All else stays as it
/// is, a backslash too: the text is for people, and not to be read back.
///
/// Control characters (C0, DEL, C1) steer, and so does what ends a line of Unicode or turns its
/// direction.
[[nodiscard]] std::string printable(std::string_view text);

/// The same for a text that people read as lines: line breaks and tabs stay.
[[nodiscard]] std::string printable_lines(std::string_view text);

/// The first character of a text that is not empty; a byte that begins none is one by itself.
[[nodiscard]] std::string_view first_character(std::string_view text);

}  // namespace model
}  // namespace settings
