#include "daemon/service/explanation.h"

#include <fmt/format.h>

namespace settings::daemon {
namespace {

using Ordered = nlohmann::ordered_json;

/// How far a setting has come on its way to the server.
enum class Progress { synced, pending, sending, rejected, unreadable, absent };

char const* name_of(Progress progress) {
    switch (progress) {
        case Progress::synced: return "synced";
        case Progress::pending: return "pending";
        case Progress::sending: return "sending";
        case Progress::rejected: return "rejected";
        case Progress::unreadable: return "unreadable";
        case Progress::absent: return "absent";
    }
    return "unknown";
}

/// How far a setting has come, why, and what would move it on.
struct Reasons {
    Progress progress;
    std::vector<std::string> because;
    std::string unblocked_by = {};
    Ordered waits_for = nullptr;
};

std::string durable(SettingState const& setting) {
    auto const since =
        setting.key.changed_at ? " since " + rfc3339(*setting.key.changed_at) : std::string{};
    return fmt::format("{} on this machine{}, in revision {}",
                       setting.exists ? "durable" : "removed", since, setting.key.revision);
}

std::string refused(SettingState const& setting, store::Rejected const& rejected) {
    auto const times =
        rejected.refusals == 1 ? std::string{"once"} : fmt::format("{} times", rejected.refusals);
    auto const* what = !setting.exists                  ? "the removal was set aside"
                       : is_by_server(rejected.refusal) ? "the server refused this value"
                                                        : "this value was set aside";
    return fmt::format("{} {}: {}", what, times, rejected.refusal.message);
}

Reasons when_rejected(SettingState const& setting, store::Rejected const& rejected,
                      SyncState const& sync) {
    return {
        Progress::rejected,
        {durable(setting), refused(setting, rejected),
         fmt::format("tried again in {}", until(sync.moment, rejected.retry_at))},
        "another value, \"settingsctl rejected retry\", or \"settingsctl rejected discard KEY\" "
        "for the server's",
        name_of(sync::Rest::retry)};
}

/// What is known of a request with a value, from the answer to it alone. An answer that says no for
/// good leaves nothing in flight.
std::string fate_of(std::string const& request, SyncState const& sync) {
    auto const& failed = sync.report.failed_write;
    if (!failed && sync.explanation.state == sync::State::syncing)
        return request + " is on its way";
    if (!failed) return "what became of " + request + " is not known; the next look tells";
    if (*failed == 0) return request + " got no answer; the next look tells what became of it";
    return fmt::format(
        "{} was answered with {}, which does not say whether it was stored; the next look tells",
        request, *failed);
}

constexpr char const* older = "a request with an older value of it";

Reasons when_pending(SettingState const& setting, SyncState const& sync) {
    auto const& told = sync.explanation;
    Reasons reasons{Progress::pending, {durable(setting)}, told.remedy, waits_for(sync)};
    bool const is_under_way = told.state == sync::State::syncing && !sync.report.failed_write;
    if (setting.key.in_flight && is_under_way)
        reasons.progress = Progress::sending;
    else if (setting.key.in_flight)
        reasons.because.push_back(fate_of("a request with it", sync));
    else if (setting.key.older_in_flight)
        reasons.because.push_back(fate_of(older, sync));
    reasons.because.push_back(told.cause);
    // Where a person is waited for, a look from time to time need not change a thing.
    auto const* what = told.state == sync::State::held ? "looked at again" : "goes on by itself";
    if (told.until)
        reasons.because.push_back(fmt::format("{} in {}", what, until(sync.moment, *told.until)));
    return reasons;
}

/// Apps and the server agree as far as is known; a request with an older value may end that.
Reasons when_doubtful(SettingState const& setting, SyncState const& sync) {
    auto const& told = sync.explanation;
    std::string const what = setting.key.older_in_flight
                                 ? fate_of(older, sync)
                                 : "whether the server took an older value of it is not known, and "
                                   "that value may still arrive; a look a minute later tells";
    return {Progress::pending, {durable(setting), what, told.cause}, told.remedy, waits_for(sync)};
}

/// The server may be a group of machines that do not all have it yet, or another device may have
/// put back what was there before.
Reasons when_lagging(SettingState const& setting, SyncState const& sync) {
    auto const& told = sync.explanation;
    Reasons reasons{Progress::pending,
                    {durable(setting),
                     "the server accepted it, and its document does not show it yet; a later look "
                     "tells whether it keeps it"},
                    told.remedy,
                    waits_for(sync)};
    if (told.until)
        reasons.because.push_back(
            fmt::format("looked at again in {}", until(sync.moment, *told.until)));
    return reasons;
}

/// While a document of the server is held, what is known of the server is from before.
Reasons when_held(SettingState const& setting, SyncState const& sync) {
    auto const& told = sync.explanation;
    return {Progress::synced,
            {durable(setting), "the server had it", told.cause},
            told.remedy,
            waits_for(sync)};
}

/// What is held is of an account that these settings were not synced with, so nothing is known of
/// it here.
Reasons when_apart(SettingState const& setting, SyncState const& sync) {
    auto const& told = sync.explanation;
    return {Progress::pending,
            {durable(setting), "the account that was synced before had it", told.cause},
            told.remedy,
            waits_for(sync)};
}

Reasons when_absent(SyncState const& sync) {
    if (!sync.report.in_review && !sync.report.encounter)
        return {Progress::absent, {"no setting has this path, here or on the server"}};
    return {Progress::absent,
            {"no setting has this path here; what the server has is held, and not looked into",
             sync.explanation.cause},
            sync.explanation.remedy,
            waits_for(sync)};
}

std::string not_kept(std::vector<std::int64_t> const& conflicts) {
    return fmt::format(
        "changed here and elsewhere; the value that was not kept is conflict {}: \"settingsctl "
        "conflicts\" shows both",
        fmt::join(conflicts, ", "));
}

/// What the server has is not known, so nothing is done about it.
Reasons when_unreadable(SettingState const& setting, std::string const& why) {
    Reasons reasons{
        Progress::unreadable, {}, "another value at the server, by another device or app"};
    if (setting.key.local) reasons.because.push_back(durable(setting));
    reasons.because.push_back("the value at the server cannot be read here: " + why);
    reasons.because.emplace_back(
        setting.pending ? "so what is here is not sent: it would take the place of that value"
                        : "so it is left alone, here and there");
    return reasons;
}

Reasons reasons_of(SettingState const& setting, SyncState const& sync) {
    if (setting.key.unreadable) return when_unreadable(setting, *setting.key.unreadable);
    if (setting.pending && setting.key.rejected)
        return when_rejected(setting, *setting.key.rejected, sync);
    if (setting.pending) return when_pending(setting, sync);
    if (setting.key.doubtful) return when_doubtful(setting, sync);
    if (setting.key.lagging) return when_lagging(setting, sync);
    if (!setting.exists) return when_absent(sync);
    if (sync.report.encounter) return when_apart(setting, sync);
    if (sync.report.in_review) return when_held(setting, sync);
    return {Progress::synced, {durable(setting), "the server has it"}};
}

}  // namespace

Ordered explanation(SettingState const& setting, SyncState const& sync) {
    auto reasons = reasons_of(setting, sync);
    if (!setting.conflicts.empty()) reasons.because.push_back(not_kept(setting.conflicts));
    return {{"success", true},
            {"path", setting.path},
            {"state", name_of(reasons.progress)},
            {"waitsFor", reasons.waits_for},
            {"because", reasons.because},
            {"unblockedBy", reasons.unblocked_by}};
}

}  // namespace settings::daemon
