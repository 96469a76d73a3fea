#include "cli/layout.h"

#include <algorithm>
#include <ctime>
#include <string_view>

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

/// In characters, as far as each has one code point.
std::size_t width(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(
        text, [](char c) { return (static_cast<unsigned char>(c) & 0xc0U) != 0x80U; }));
}

std::vector<std::size_t> widths(std::vector<std::vector<std::string>> const& rows) {
    std::vector<std::size_t> widest;
    for (auto const& row : rows) {
        widest.resize(std::max(widest.size(), row.size()));
        for (std::size_t i = 0; i < row.size(); ++i) widest[i] = std::max(widest[i], width(row[i]));
    }
    return widest;
}

}  // namespace

std::string coloured(std::string const& text, Colour colour, Style style) {
    if (style != Style::colours) return text;
    return std::string{start_of(colour)} + text + "\033[0m";
}

std::string printable(std::string text) {
    std::ranges::replace_if(
        text, [](unsigned char c) { return c < 0x20 || c == 0x7f; }, '?');
    return text;
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
    std::time_t const time = system_clock::to_time_t(at);
    std::tm parts{};
    ::localtime_r(&time, &parts);
    char text[64];
    return {text, std::strftime(text, sizeof text, "%Y-%m-%d %H:%M:%S", &parts)};
}

std::string moment(Time at, Time now) { return local(at) + " (" + ago(at, now) + ')'; }

void Table::add(std::string label, std::string const& text, Style style) {
    label.resize(14, ' ');
    lines_ += label + coloured(printable(text), Colour::red, style) + '\n';
}

void Table::add_if_any(std::string label, std::string const& text) {
    if (!text.empty()) add(std::move(label), text);
}

std::string columns(std::vector<std::vector<std::string>> const& rows) {
    auto const widest = widths(rows);
    std::string lines;
    for (auto const& row : rows) {
        for (std::size_t i = 0; i < row.size(); ++i) {
            lines += printable(row[i]);
            if (i + 1 < row.size()) lines.append(widest[i] - width(row[i]) + 2, ' ');
        }
        lines += '\n';
    }
    return lines;
}

}  // namespace settings::cli
