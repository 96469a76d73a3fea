#include "cli/steps.h"

#include <signal.h>

#include <utility>

#include "cli/outcome.h"
#include "cli/parts.h"
#include "os/held_signals.h"

namespace settings::cli {
namespace {

std::vector<client::Assignment> assignments_of(ChangeSet const& changes) {
    std::vector<client::Assignment> all;
    for (auto const& change : changes)
        all.push_back(client::Assignment::exactly(change.path, change.after));
    return all;
}

std::string what_is_left(Steps const& steps) {
    return "what was changed before that, since revision " + std::to_string(*steps.first) +
           ", is still there";
}

/// Takes back what was changed, the newest first. Returns what is left of it; empty for nothing.
std::string take_back(Steps const& steps, client::Client& client) {
    for (auto revision = *steps.last; revision >= *steps.first; --revision)
        if (!client.undo(revision)) return what_is_left(steps);
    return {};
}

/// What to tell of a request that failed after others. Where no answer came, it may have been
/// carried out: then all is left as it is.
client::Error failed_after(Steps const& steps, client::Error const& why, client::Client& client) {
    if (!steps.first) return why;
    bool const is_open = why.code() == client::Errc::unknown;
    auto const left = is_open ? what_is_left(steps) : take_back(steps, client);
    return {why.code(), why.message() + "; " + (left.empty() ? "nothing was changed" : left)};
}

/// A signal that is ignored, as a hang-up is under nohup(1), waits all the same while it is held.
bool is_ignored(int signal) {
    struct sigaction action {};
    return sigaction(signal, nullptr, &action) == 0 && action.sa_handler == SIG_IGN;
}

std::optional<int> ending(os::HeldSignals const& held) {
    while (auto const signal = held.take())
        if (!is_ignored(*signal)) return signal;
    return std::nullopt;
}

}  // namespace

client::Result<Steps> send(ChangeSet changes, client::Tag tag, client::Client& client) {
    auto const parts = parts_of(std::move(changes));
    if (!parts) return client::Error{client::Errc::refused, parts.error().message()};
    std::optional<os::HeldSignals> held;
    if (parts->size() > 1) held.emplace({SIGINT, SIGTERM, SIGHUP, SIGQUIT});
    Steps steps;
    for (auto const& part : *parts) {
        auto const receipt =
            client.assign(assignments_of(part), client::WriteOptions{}.only_if(tag));
        if (!receipt) return failed_after(steps, receipt.error(), client);
        if (!steps.first) steps.first = receipt->revision;
        steps.last = receipt->revision;
        tag = receipt->tag;
        auto const signal = held ? ending(*held) : std::nullopt;
        if (signal) return Steps{{}, {}, signal, take_back(steps, client)};
    }
    return steps;
}

client::Result<Steps> become(std::function<Json(Json const& before)> const& result,
                             client::Client& client) {
    constexpr int attempts = 100;
    for (int attempt = 1;; ++attempt) {
        auto const before = client.snapshot();
        if (!before) return before.error();
        auto const steps =
            send(diff(before->settings, result(before->settings)), before->tag, client);
        bool const was_late = !steps && steps.error().code() == client::Errc::stale;
        if (!was_late || attempt == attempts) return steps;
    }
}

std::optional<Outcome> failure_of(client::Result<Steps> const& steps) {
    if (!steps) return failed(steps.error());
    if (!steps->signal) return std::nullopt;
    auto const what = steps->left.empty() ? "nothing was changed" : steps->left;
    return Outcome{Exit::refused, {}, "interrupted; " + what, steps->signal};
}

std::string told_of_several(std::string const& deed, Steps const& steps) {
    if (!steps.are_several()) return {};
    return deed + ", in revisions " + std::to_string(*steps.first) + " to " +
           std::to_string(*steps.last) +
           "; \"settingsctl undo\" takes back one at a time, the newest first\n";
}

}  // namespace settings::cli
