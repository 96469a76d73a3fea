#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "emulator/result.h"

namespace settings::emulator {

/// One piece of a fault script.
struct Word {
    enum class Kind {
        plain,      ///< up to the next space, comma or quote
        quoted,     ///< "…" or '…', with \ before a character that is meant literally
        separator,  ///< a comma or the end of a line
        end,        ///< after the last piece
    };
    Kind kind = Kind::end;
    std::string text;   ///< without the quotes
    std::size_t place;  ///< byte in the script
};

/// Cuts a script into words; the last is always the end. Error: a quote that is not closed.
[[nodiscard]] Result<std::vector<Word>> cut_into_words(std::string_view script);

/// "fault script, line 2, column 7: " for a byte of the script.
[[nodiscard]] std::string place_in(std::string_view script, std::size_t place);

}  // namespace settings::emulator
