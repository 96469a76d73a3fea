#include "daemon/explanation.h"

#include <fmt/format.h>

#include "sync/explain.h"

namespace settings::daemon {
namespace {

using Ordered = nlohmann::ordered_json;

/// Where a setting stands, and what would move it on.
struct Standing {
    char const* state;
    std::vector<std::string> because;
    std::string unblocked_by;
};

std::string durable(SettingState const& setting) {
    auto const since =
        setting.key.changed_at ? " since " + rfc3339(*setting.key.changed_at) : std::string{};
    return fmt::format("{} on this machine{}, in revision {}",
                       setting.exists ? "durable" : "removed", since, setting.key.revision);
}

Standing of_rejected(SettingState const& setting, store::Rejected const& rejected,
                     SyncState const& sync) {
    auto const tries =
        rejected.refusals == 1 ? std::string{"once"} : fmt::format("{} times", rejected.refusals);
    return {"rejected",
            {durable(setting),
             fmt::format("the server refused this value {}: {}", tries, rejected.refusal.message),
             fmt::format("tried again in {}", until(sync.moment, rejected.retry_at))},
            "another value; \"settingsctl rejected retry " + rejected.key + "\"; or \"discard\""};
}

Standing of_pending(SettingState const& setting, SyncState const& sync) {
    auto const told = sync::explain(sync.posture, sync.report);
    Standing standing{
        setting.key.in_flight ? "sending" : "pending", {durable(setting), told.cause}, told.remedy};
    if (told.until)
        standing.because.push_back(
            fmt::format("goes on by itself in {}", until(sync.moment, *told.until)));
    return standing;
}

Standing stand(SettingState const& setting, SyncState const& sync) {
    if (setting.key.rejected) return of_rejected(setting, *setting.key.rejected, sync);
    if (setting.key.pending) return of_pending(setting, sync);
    if (!setting.exists) return {"absent", {"no setting has this path, here or on the server"}, ""};
    return {"synced", {durable(setting), "the server has it"}, ""};
}

}  // namespace

Ordered explanation(SettingState const& setting, SyncState const& sync) {
    auto const standing = stand(setting, sync);
    return {{"success", true},
            {"path", setting.path},
            {"state", standing.state},
            {"because", standing.because},
            {"unblockedBy", standing.unblocked_by}};
}

}  // namespace settings::daemon
