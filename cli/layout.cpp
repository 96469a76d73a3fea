#include "cli/layout.h"

#include <sys/ioctl.h>
#include <unistd.h>
#include <wchar.h>

#include <algorithm>
#include <boost/locale/utf.hpp>
#include <clocale>
#include <ctime>
#include <string_view>

#include "model/printable.h"
#include "settings/status.h"

namespace settings::cli {
namespace {

using namespace std::chrono;
using client::Time;

std::string_view start_of(Colour colour) {
    switch (colour) {
        case Colour::red: return "\033[31m";
        case Colour::green: return "\033[32m";
        case Colour::yellow: return "\033[33m";
    }
    return "";
}

using Rows = std::vector<std::vector<std::string>>;

/// While it lives, wcwidth(3) knows Unicode, whatever the person's locale is.
class UnicodeWidths {
  public:
    UnicodeWidths() : before_{uselocale(unicode())} {}
    UnicodeWidths(UnicodeWidths const&) = delete;
    UnicodeWidths& operator=(UnicodeWidths const&) = delete;
    ~UnicodeWidths() { uselocale(before_); }

  private:
    /// A locale that libc-bin brings along. Without it each character counts as one column.
    static locale_t unicode() {
        static locale_t const locale = newlocale(LC_CTYPE_MASK, "C.UTF-8", nullptr);
        return locale;
    }

    locale_t before_;
};

/// Counts the columns that a printable text takes on a terminal.
std::size_t width(std::string_view text) {
    UnicodeWidths const known;
    std::size_t columns = 0;
    for (auto const* at = text.begin(); at != text.end();) {
        auto const code = boost::locale::utf::utf_traits<char>::decode(at, text.end());
        int const of_character = wcwidth(static_cast<wchar_t>(code));
        columns += of_character < 0 ? 1U : static_cast<std::size_t>(of_character);
    }
    return columns;
}

Rows printable_rows(Rows rows) {
    for (auto& row : rows)
        for (auto& text : row) text = printable(text);
    return rows;
}

/// The terminal's own words, like those for colours, take no room.
constexpr char escape = '\033';

std::string without_escapes(std::string_view line) {
    std::string text;
    for (std::size_t at = 0; at < line.size(); ++at)
        if (line[at] == escape)
            at = std::min(line.find('m', at), line.size());
        else
            text += line[at];
    return text;
}

/// Where the text of a line begins: behind a label, or behind its indentation.
std::size_t text_column(std::string const& line) {
    constexpr std::size_t widest_label = 24;
    auto const start = std::min(line.find_first_not_of(' '), line.size());
    auto const gap = line.find("  ", start);
    auto const text = line.find_first_not_of(' ', gap);
    return text <= widest_label ? width(line.substr(0, text)) : start;
}

/// Behind the character at a place, or behind the terminal's own words there.
std::size_t end_of_character(std::string_view line, std::size_t at) {
    if (line[at] == escape) return std::min(line.find('m', at), line.size() - 1) + 1;
    auto const is_continued = [](char c) {
        return (static_cast<unsigned char>(c) & 0xc0U) == 0x80U;
    };
    for (++at; at < line.size() && is_continued(line[at]);) ++at;
    return at;
}

std::string folded_line(std::string_view line, std::size_t columns) {
    std::size_t const column_of_text = text_column(without_escapes(line));
    std::string const margin(column_of_text * 2 < columns ? column_of_text : 0, ' ');
    std::string folded;
    std::size_t column = 0;
    auto gap = std::string::npos;  // the last place to fold at
    for (std::size_t at = 0; at < line.size(); ++at) {
        auto const end = end_of_character(line, at);
        auto const character = line.substr(at, end - at);
        folded += character;
        at = end - 1;
        if (character == " " && column >= margin.size()) gap = folded.size() - 1;
        column += width(without_escapes(character));
        if (column <= columns || gap == std::string::npos) continue;
        auto const rest = folded.substr(gap + 1);
        folded.resize(folded.find_last_not_of(' ', gap) + 1);
        folded += '\n' + margin + rest;
        column = margin.size() + width(without_escapes(rest));
        gap = std::string::npos;
    }
    return folded;
}

std::string escapes_of(std::string_view line) {
    std::string escapes;
    for (auto at = line.find(escape); at != std::string_view::npos; at = line.find(escape, at + 1))
        escapes += line.substr(at, end_of_character(line, at) - at);
    return escapes;
}

/// The line in so many columns. A colour that ends in what is cut off ends all the same.
std::string cut_line(std::string_view line, std::size_t columns) {
    if (width(without_escapes(line)) <= columns) return std::string{line};
    std::string text;
    for (std::size_t at = 0, column = 0; at < line.size();) {
        auto const end = end_of_character(line, at);
        auto const character = line.substr(at, end - at);
        column += width(without_escapes(character));
        if (column >= columns) return text + "…" + escapes_of(line.substr(at));
        text += character;
        at = end;
    }
    return text;
}

std::vector<std::size_t> widths(Rows const& rows) {
    std::vector<std::size_t> widest;
    for (auto const& row : rows) {
        widest.resize(std::max(widest.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i) widest[i] = std::max(widest[i], width(row[i]));
    }
    return widest;
}

std::tm on_the_wall(Time at) {
    std::time_t const time = at.time_since_epoch().count();
    std::tm parts{};
    ::localtime_r(&time, &parts);
    return parts;
}

}  // namespace

std::string coloured(std::string const& text, Colour colour, Style style) {
    if (style != Style::colours) return text;
    return std::string{start_of(colour)} + text + "\033[0m";
}

std::string shortened(std::string text, std::size_t most_bytes) {
    if (text.size() <= most_bytes) return text;
    std::size_t end = most_bytes;
    while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xc0U) == 0x80U) --end;
    return text.substr(0, end) + "…";
}

std::string brief(std::optional<client::Json> const& value, std::size_t most_bytes) {
    return value ? shortened(value->dump(), most_bytes) : "(none)";
}

std::string length(seconds span) {
    if (span < minutes{1}) return std::to_string(span.count()) + " s";
    if (span < hours{1}) return std::to_string(duration_cast<minutes>(span).count()) + " min";
    if (span < days{2}) return std::to_string(duration_cast<hours>(span).count()) + " h";
    return std::to_string(duration_cast<days>(span).count()) + " days";
}

/// A clock that was set back makes the past look like the future: that is "just now" as well.
std::string ago(Time at, Time now) {
    if (now - at < seconds{2}) return "just now";
    return length(now - at) + " ago";
}

std::string local(Time at) {
    auto const parts = on_the_wall(at);
    char text[64];
    return {text, std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S %Z", &parts)};
}

seconds offset_at(Time at) { return seconds{on_the_wall(at).tm_gmtoff}; }

std::string zone_at(Time at) { return on_the_wall(at).tm_zone; }

std::string with_local_times(std::string sentence) {
    constexpr std::string_view like = "2026-11-23T19:00:00Z";
    for (std::size_t at = 0; at + like.size() <= sentence.size(); ++at)
        if (auto const time = client::time_from(sentence.substr(at, like.size())))
            sentence.replace(at, like.size(), local(*time));
    return sentence;
}

std::string moment(Time at, Time now) { return local(at) + " (" + ago(at, now) + ')'; }

std::optional<TerminalSize> terminal_size() {
    winsize size{};
    if (::isatty(STDOUT_FILENO) == 0 || ::ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) != 0 ||
        size.ws_col == 0)
        return std::nullopt;
    return TerminalSize{size.ws_row, size.ws_col};
}

std::string folded(std::string const& lines, std::size_t columns) {
    std::string text;
    for (std::size_t at = 0; at < lines.size();) {
        auto const end = std::min(lines.find('\n', at), lines.size());
        text += folded_line(std::string_view{lines}.substr(at, end - at), columns) + '\n';
        at = end + 1;
    }
    return text;
}

std::string fitted(std::string const& lines, Style style) {
    auto const size = style == Style::json ? std::nullopt : terminal_size();
    return size ? folded(lines, size->columns) : lines;
}

std::string cropped(std::string const& lines, TerminalSize size) {
    auto const text = folded(lines, size.columns);
    auto const all = static_cast<std::size_t>(std::ranges::count(text, '\n'));
    auto const room = std::max<std::size_t>(size.rows, 1);
    // A lone row is better used for the first line.
    auto const shown = all <= room ? all : std::max<std::size_t>(room - 1, 1);
    std::string cut;
    std::size_t at = 0;
    for (std::size_t row = 0; row < shown; ++row) {
        auto const end = text.find('\n', at);
        cut += cut_line(std::string_view{text}.substr(at, end - at), size.columns) + '\n';
        at = end + 1;
    }
    if (shown == all) return cut;
    auto const ends = escapes_of(std::string_view{text}.substr(at));
    if (room == 1) return cut.insert(cut.size() - 1, ends);
    return cut + ends + cut_line("… " + std::to_string(all - shown) + " more lines", size.columns) +
           '\n';
}

void Table::add(std::string label, std::string const& text, Style style) {
    label.resize(14, ' ');
    lines_ += label + coloured(printable(text), Colour::red, style) + '\n';
}

void Table::add_if_any(std::string label, std::string const& text) {
    if (!text.empty()) add(std::move(label), text);
}

std::string columns(std::vector<std::vector<std::string>> const& texts) {
    auto const rows = printable_rows(texts);
    auto const widest = widths(rows);
    std::string lines;
    for (auto const& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            lines += row[i];
            if (i + 1 < row.size()) lines.append(widest[i] - width(row[i]) + 2, ' ');
        }
        lines += '\n';
    }
    return lines;
}

}  // namespace settings::cli
