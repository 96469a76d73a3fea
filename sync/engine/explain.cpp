#include "sync/engine/explain.h"

#include <utility>

#include "model/counted.h"

namespace settings::sync {
namespace {

constexpr char const* by_itself = "";
constexpr char const* ask = "\"settingsctl sync\" tries at once";

std::string of_backoff(Report const& report) {
    auto const& words = report.last_failure.message;
    if (report.refuses_everything) return "the server refuses every change: " + words;
    if (report.is_breaker_open)
        return "the server failed " + std::to_string(report.failures) + " times in a row: " + words;
    return words;
}

/// Failures use the budget up, so what fails comes first.
std::string of_budget(Report const& report) {
    std::string const many = "too many requests were made lately";
    return report.failures == 0 ? many : report.last_failure.message + "; " + many;
}

/// A failure that is tried again by itself, and that only a person can mend.
bool is_a_persons(Report const& report) { return report.last_failure.fault == Fault::barred; }

std::string of_login(Report const& report) {
    auto const& why =
        report.token_missing.empty() ? report.last_failure.message : report.token_missing;
    return "login needed: " + why;
}

std::string of_review(Report const& report) {
    auto const change = report.in_review.value_or(MassChange{});
    return "the server's document would change " + std::to_string(change.changed) + " and remove " +
           std::to_string(change.removed) + " of the " +
           counted(change.known, "setting", "settings") + " that it held";
}

/// What the two documents have to do with each other: "3 settings differ, 12 are only in the
/// account, 2 are only here".
std::string compared(Encounter const& encounter) {
    return counted(encounter.differ, "setting differs", "settings differ") + ", " +
           counted(encounter.only_there, "is", "are") + " only in the account, " +
           counted(encounter.only_here, "is", "are") + " only here";
}

std::string of_account(Report const& report) {
    auto const encounter = report.encounter.value_or(Encounter{});
    std::string const waits = "; nothing is sent or taken over before you decide";
    switch (encounter.kind) {
        case Encounter::Kind::first:
            return "this device meets the account for the first time: " + compared(encounter) +
                   waits;
        case Encounter::Kind::account:
            return "the login is another account's than the one that these settings were synced "
                   "with: " +
                   compared(encounter) + waits;
        case Encounter::Kind::server:
            return "server.url leads to another server than the one that these settings were "
                   "synced with: " +
                   compared(encounter) + waits;
    }
    return {};
}

/// A rest for a person, who has to do something first.
Explanation held(Resting const& resting, Report const& report) {
    auto const told = [&resting](std::string cause, char const* remedy) {
        return Explanation{State::held, std::move(cause), remedy, resting.until};
    };
    if (resting.why == Rest::login)
        return told(of_login(report), "\"settingsctl login\", or another token");
    if (resting.why == Rest::review)
        return told(of_review(report),
                    "\"settingsctl review apply\" takes it over, "
                    "\"settingsctl review refuse\" puts this device's document back");
    if (resting.why == Rest::account)
        return told(of_account(report),
                    "\"settingsctl review merge\" brings the two together, \"settingsctl review "
                    "account\" takes the account's, \"settingsctl review device\" has this "
                    "device's win, \"settingsctl logout\" keeps them apart");
    return told("the server refuses service: " + report.last_failure.message, ask);
}

Explanation told(Resting const& resting, Report const& report) {
    auto const until = resting.until;
    switch (resting.why) {
        case Rest::due: return {State::waiting, "about to look at the server", by_itself, until};
        case Rest::idle:
            return {State::idle, "a look for changes by other devices is due later", ask, until};
        case Rest::verify:
            return {State::idle, "a look is due at whether what was sent has stayed", ask, until};
        case Rest::retry:
            return {State::idle, "a rejected setting is tried again later",
                    "\"settingsctl rejected retry\" tries at once", until};
        case Rest::debounce: return {State::waiting, "waiting for further edits", ask, until};
        case Rest::backoff:
            return {is_a_persons(report) ? State::held : State::waiting, of_backoff(report), ask,
                    until};
        case Rest::retry_after:
            return {State::waiting, "the server asked to wait: " + report.last_failure.message,
                    "time; \"settingsctl sync\", given twice, asks the server once all the same",
                    until};
        case Rest::budget: return {State::waiting, of_budget(report), "nothing but time", until};
        case Rest::offline:
            return {State::offline, "no network route leads to the server", "a network connection",
                    until};
        case Rest::login:
        case Rest::review:
        case Rest::account:
        case Rest::stopped: return held(resting, report);
    }
    return {State::waiting, "", by_itself, until};
}

}  // namespace

char const* name_of(State state) {
    switch (state) {
        case State::idle: return "idle";
        case State::waiting: return "waiting";
        case State::syncing: return "syncing";
        case State::offline: return "offline";
        case State::held: return "held";
        case State::paused: return "paused";
    }
    return "unknown";
}

Explanation explain(Posture const& posture, Report const& report) {
    if (auto const* awaiting = std::get_if<Awaiting>(&posture))
        return {State::syncing, std::string{"waiting for "} + name_of(awaiting->stage), by_itself,
                std::nullopt};
    if (auto const* resting = std::get_if<Resting>(&posture)) {
        auto explanation = told(*resting, report);
        explanation.rest = resting->why;
        return explanation;
    }
    return {State::paused, "paused by a person", "\"settingsctl resume\"", std::nullopt};
}

}  // namespace settings::sync
