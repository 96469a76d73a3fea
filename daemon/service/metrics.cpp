#include "daemon/service/metrics.h"

#include <fmt/format.h>

#include <array>

namespace settings::daemon {
namespace {

std::string described(char const* name, char const* type, char const* help) {
    return fmt::format("# HELP {0} {1}\n# TYPE {0} {2}\n", name, help, type);
}

std::string metric(char const* name, char const* type, char const* help, auto value) {
    return described(name, type, help) + fmt::format("{} {}\n", name, value);
}

std::string info() {
    return described("settingsd_build_info", "gauge", "Always 1; the label has the version.") +
           "settingsd_build_info{version=\"" SETTINGSD_VERSION "\"} 1\n";
}

std::string states(sync::State current) {
    using enum sync::State;
    constexpr std::array all{idle, syncing, waiting, offline, held, paused};
    auto text = described("settingsd_sync_state", "gauge", "1 for the state that sync is in.");
    for (auto const state : all)
        text += fmt::format("settingsd_sync_state{{state=\"{}\"}} {}\n", name_of(state),
                            current == state ? 1 : 0);
    return text;
}

std::int64_t unix_seconds(Moment const& moment, Time time) {
    return (moment.unix_now - (moment.now - time).count()) / 1'000;
}

}  // namespace

std::string metrics(SyncState const& state) {
    auto const& report = state.report;
    auto text = info() + states(state_of(state));
    text += metric("settingsd_revision", "gauge", "Changes of the local document.", state.revision);
    text += metric("settingsd_pending_settings", "gauge",
                   "Settings yet to be brought to the server.", unsent(state));
    text += metric("settingsd_rejected_settings", "gauge", "Settings that the server refused.",
                   state.rejected.size());
    text += metric("settingsd_conflicts", "gauge", "Conflicts that wait for a person.",
                   state.conflicts);
    text += metric("settingsd_review_held", "gauge",
                   "Whether a document of the server is held for a person.",
                   report.in_review || report.encounter ? 1 : 0);
    text += metric("settingsd_store_notice", "gauge",
                   "Whether a notice about the store waits to be dismissed.", state.notice ? 1 : 0);
    text += metric("settingsd_store_failures_total", "counter",
                   "Changes that could not be stored, since the start.", state.store_failures);
    text += metric("settingsd_sync_rounds_total", "counter", "Rounds of sync since the start.",
                   report.rounds_begun);
    text += metric("settingsd_sync_failures_in_a_row", "gauge",
                   "Rounds that failed since the last success.", report.failures);
    if (report.last_success)
        text += metric("settingsd_sync_last_success_timestamp_seconds", "gauge",
                       "When a round last left nothing behind.",
                       unix_seconds(state.moment, *report.last_success));
    return text;
}

}  // namespace settings::daemon
