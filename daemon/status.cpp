#include "daemon/status.h"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include <algorithm>

namespace settings::daemon {
namespace {

using Ordered = nlohmann::ordered_json;

using std::chrono::seconds;

std::string rfc3339(std::int64_t unix_milliseconds) {
    return fmt::format("{:%Y-%m-%dT%H:%M:%S}Z", fmt::gmtime(unix_milliseconds / 1000));
}

/// A moment on CLOCK_BOOTTIME as people see it, whatever the wall clock was then.
std::string when(SyncState const& state, sync::Time moment) {
    return rfc3339(state.unix_now - (state.now - moment).count());
}

std::string in(SyncState const& state, sync::Time until) {
    auto const left = std::chrono::ceil<seconds>(std::max(until - state.now, sync::Time{0}));
    if (left < std::chrono::minutes{2}) return fmt::format("{} s", left.count());
    if (left < std::chrono::hours{2}) return fmt::format("{} min", left.count() / 60);
    return fmt::format("{} h", left.count() / 3600);
}

std::string keys(std::size_t count) {
    return fmt::format("{} key{}", count, count == 1 ? "" : "s");
}

struct State {
    char const* name;
    std::string sentence;
};

State tell(SyncState const&, sync::Awaiting const& awaiting) {
    return {"syncing", fmt::format("syncing; waiting for {}", awaiting.what)};
}

State tell(SyncState const&, sync::Held const& held) {
    return {"held", fmt::format("login needed: {}", held.what)};
}

State told_when_idle(SyncState const& state) {
    if (state.pending > 0) return {"waiting", fmt::format("about to sync {}", keys(state.pending))};
    if (state.rejected.empty()) return {"idle", "synced"};
    return {"held", "all else is synced"};
}

State tell(SyncState const& state, sync::Resting const& resting) {
    auto const& why = state.report.last_failure.message;
    switch (resting.why) {
        case sync::Rest::due: return {"waiting", "about to look at the server"};
        case sync::Rest::idle: return told_when_idle(state);
        case sync::Rest::debounce:
            return {"waiting", fmt::format("about to sync {}, in {}", keys(state.pending),
                                           in(state, resting.until))};
        case sync::Rest::backoff:
            return {"waiting",
                    fmt::format("next attempt in {}: {}", in(state, resting.until), why)};
        case sync::Rest::stopped:
            return {"held", fmt::format("stopped, and looked at again in {}: {}",
                                        in(state, resting.until), why)};
    }
    return {"idle", ""};
}

State tell(SyncState const& state) {
    auto told =
        std::visit([&](auto const& posture) { return tell(state, posture); }, state.posture);
    if (!state.rejected.empty())
        told.sentence =
            fmt::format("{} rejected by the server: {}; {}", keys(state.rejected.size()),
                        state.rejected.front().refusal.message, told.sentence);
    return told;
}

char const* reason(sync::Rest why) {
    switch (why) {
        case sync::Rest::due: return "a look at the server";
        case sync::Rest::idle: return "a look for changes by other devices";
        case sync::Rest::debounce: return "waiting for further edits";
        case sync::Rest::backoff: return "the last attempt failed";
        case sync::Rest::stopped: return "the server refused service";
    }
    return "";
}

Ordered next_attempt(SyncState const& state) {
    auto const* resting = std::get_if<sync::Resting>(&state.posture);
    if (resting == nullptr) return nullptr;
    auto const left = std::max(resting->until - state.now, sync::Time{0});
    return {{"inSeconds", std::chrono::ceil<seconds>(left).count()},
            {"reason", reason(resting->why)}};
}

Ordered last_error(SyncState const& state) {
    auto const& report = state.report;
    if (!report.last_failure_at) return nullptr;
    return {{"message", report.last_failure.message},
            {"at", when(state, *report.last_failure_at)},
            {"failuresInARow", report.failures}};
}

Ordered rejected(SyncState const& state) {
    Ordered list = Ordered::array();
    for (auto const& [key, refusal, at, refusals, retry_at] : state.rejected)
        list.push_back({{"key", key},
                        {"status", refusal.status},
                        {"message", refusal.message},
                        {"at", rfc3339(at)}});
    return list;
}

}  // namespace

std::string summary(SyncState const& state) { return tell(state).sentence; }

nlohmann::ordered_json status(SyncState const& state) {
    auto const told = tell(state);
    Ordered last_success = nullptr;
    if (state.report.last_success) last_success = when(state, *state.report.last_success);
    return {{"success", true},
            {"state", told.name},
            {"summary", told.sentence},
            {"revision", state.revision},
            {"pending", state.pending},
            {"rejected", rejected(state)},
            {"lastSuccess", std::move(last_success)},
            {"lastError", last_error(state)},
            {"nextAttempt", next_attempt(state)},
            {"server", state.server},
            {"version", SETTINGSD_VERSION}};
}

}  // namespace settings::daemon
