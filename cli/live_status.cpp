#include "cli/live_status.h"

#include <chrono>
#include <thread>
#include <utility>

#include "cli/layout.h"
#include "cli/outcome.h"
#include "cli/output.h"
#include "cli/screen.h"
#include "model/printable.h"

namespace settings::cli {
namespace {

using client::Json;
using client::Status;

constexpr std::chrono::seconds between_looks{1};

/// For an answer: a person who presses q meanwhile waits as long.
constexpr std::chrono::seconds longest_look{2};

client::Time now() {
    return std::chrono::floor<std::chrono::seconds>(std::chrono::system_clock::now());
}

std::string status_lines(client::Result<Status> const& status, Style style) {
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

Json essence(client::Result<Status> const& status) {
    return status ? essence(status->answer) : Json(status.error().message());
}

std::string line(client::Result<Status> const& status, Style style) {
    if (style == Style::json)
        return value_text(status ? status->answer
                                 : Json{{"success", false}, {"message", status.error().message()}},
                          style);
    auto const text = status ? status->state + ": " + status->summary : status.error().message();
    return local(now()) + "  " + printable(text) + '\n';
}

Outcome shown_on_screen(client::Result<Status> status, Context const& context) {
    client::Client client{context.socket, client::Options{}.timeout(longest_look)};
    Screen screen;
    for (;; status = client.status()) {
        screen.show(status_lines(status, context.style));
        if (!screen.goes_on_for(between_looks)) return {};
    }
}

[[noreturn]] void print_changes(client::Result<Status> status, Context const& context) {
    Json printed;
    for (;; status = context.client.status()) {
        if (auto seen = essence(status); seen != printed) {
            print(line(status, context.style), context.style);
            printed = std::move(seen);
        }
        std::this_thread::sleep_for(between_looks);
    }
}

}  // namespace

Outcome show_live_status(Context const& context) {
    auto status = context.client.status();
    if (!status) return failed(status.error());
    if (is_for_a_person(context.style) && Screen::is_possible())
        return shown_on_screen(std::move(status), context);
    print_changes(std::move(status), context);
}

}  // namespace settings::cli
