#include "cli/live_status.h"

#include <unistd.h>

#include <algorithm>
#include <boost/algorithm/string/join.hpp>
#include <boost/algorithm/string/split.hpp>
#include <thread>
#include <vector>

#include "cli/layout.h"
#include "cli/outcome.h"
#include "cli/output.h"
#include "model/printable.h"

namespace settings::cli {
namespace {

using client::Json;
using client::Result;
using client::Status;

constexpr TerminalSize usual{24, 80};

client::Time now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

/// Draws the lines over the former ones, without a flicker, and without a mode that would have to
/// be undone at the end. What a terminal has no room for is left out at the end: one line too many
/// would push the first one out.
std::string drawn(std::string const& lines, TerminalSize size) {
    std::vector<std::string> rows;
    auto const text = folded(lines, size.columns);
    boost::split(rows, text, [](char c) { return c == '\n'; });
    if (rows.size() > size.rows) rows.resize(std::max<std::size_t>(size.rows, 1));
    // The colour of a row may end in one that is left out.
    return "\033[H" + boost::join(rows, "\033[K\n") + "\033[0m\033[K\033[J";
}

std::string screen(Result<Status> const& status, Style style) {
    if (status) return status_text(*status, now(), style);
    return coloured(printable(status.error().message()), Colour::red, style) + '\n';
}

/// A status without what changes by itself: waits run down, and each answer has another skew.
Json essence(Json answer) {
    for (auto const* running : {"nextAttempt", "summary", "clockSkewSeconds"})
        answer.erase(running);
    for (auto& rejected : answer["rejected"]) rejected.erase("retryInSeconds");
    return answer;
}

Json essence(Result<Status> const& status) {
    return status ? essence(status->answer) : Json(status.error().message());
}

std::string line(Result<Status> const& status, Style style) {
    if (style == Style::json)
        return value_text(status ? status->answer
                                 : Json{{"success", false}, {"message", status.error().message()}},
                          style);
    auto const text = status ? status->state + ": " + status->summary : status.error().message();
    return local(now()) + "  " + printable(text) + '\n';
}

}  // namespace

Outcome show_live_status(Context const& context) {
    bool const redraws = is_for_a_person(context.style);
    auto status = context.client.status();
    if (!status) return failed(status.error());
    if (redraws) print("\033[2J", context.style);
    Json told;
    for (;; status = context.client.status()) {
        if (redraws)
            print(drawn(screen(status, context.style), terminal_size().value_or(usual)),
                  context.style);
        else if (auto seen = essence(status); seen != told) {
            print(line(status, context.style), context.style);
            told = std::move(seen);
        }
        std::this_thread::sleep_for(std::chrono::seconds{1});
    }
}

}  // namespace settings::cli
