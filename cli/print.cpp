#include "cli/print.h"

#include <algorithm>
#include <ctime>
#include <string_view>

namespace settings::cli {
namespace {

using namespace std::chrono;
using client::Status;
using client::Time;

constexpr std::string_view red = "\033[31m";
constexpr std::string_view green = "\033[32m";
constexpr std::string_view yellow = "\033[33m";

std::string coloured(std::string const& text, std::string_view colour, Style style) {
    if (style != Style::colours) return text;
    return std::string{colour} + text + "\033[0m";
}

std::string printable(std::string text) {
    std::ranges::replace_if(
        text, [](unsigned char c) { return c < 0x20 || c == 0x7f; }, '?');
    return text;
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

std::string pending_text(std::uint64_t pending) {
    if (pending == 0) return "nothing";
    return std::to_string(pending) + (pending == 1 ? " setting" : " settings");
}

std::string rejected_text(Status::Rejected const& one, Time now) {
    std::string text = one.key + ": " + one.message;
    if (one.status) text += " (status " + std::to_string(*one.status) + ')';
    if (one.at) text += ", " + ago(*one.at, now);
    return text;
}

std::string last_error_text(Status::LastError const& error, Time now) {
    return error.at ? error.message + ", " + moment(*error.at, now) : error.message;
}

std::string next_attempt_text(Status::NextAttempt const& next) {
    std::string const when = next.in < seconds{1} ? "now" : "in " + length(next.in);
    return next.reason.empty() ? when : when + ": " + next.reason;
}

std::string headline(Status const& status, Style style) {
    std::string text = status.summary.empty() ? "State: " + status.state : status.summary;
    if (status.state == "idle") return coloured(printable(text), green, style);
    if (status.state == "held") return coloured(printable(text), red, style);
    return coloured(printable(text), yellow, style);
}

/// Lines of a label and a text, the texts below one another.
class Table {
  public:
    /// A label may be empty: the line then belongs to the one above.
    void add(std::string label, std::string const& text, Style style = Style::plain) {
        label.resize(14, ' ');
        lines_ += label + coloured(printable(text), red, style) + '\n';
    }
    void add_if_any(std::string label, std::string const& text) {
        if (!text.empty()) add(std::move(label), text);
    }
    [[nodiscard]] std::string const& lines() const { return lines_; }

  private:
    std::string lines_;
};

}  // namespace

std::string value_text(client::Json const& value, Style style) {
    if (style == Style::json) return value.dump() + '\n';
    return (value.is_string() ? value.get<std::string>() : value.dump(2)) + '\n';
}

std::string status_text(Status const& status, Time now, Style style) {
    if (style == Style::json) return value_text(status.answer, style);
    Table table;
    if (status.pending) table.add("Pending", pending_text(*status.pending));
    for (auto const& one : status.rejected)
        table.add(&one == &status.rejected.front() ? "Rejected" : "", rejected_text(one, now),
                  style);
    if (status.last_success) table.add("Last success", moment(*status.last_success, now));
    if (status.last_error) table.add("Last error", last_error_text(*status.last_error, now));
    if (status.next_attempt) table.add("Next attempt", next_attempt_text(*status.next_attempt));
    if (status.revision) table.add("Revision", std::to_string(*status.revision));
    table.add_if_any("Server", status.server);
    table.add_if_any("Version", status.version);
    return headline(status, style) + "\n\n" + table.lines();
}

}  // namespace settings::cli
