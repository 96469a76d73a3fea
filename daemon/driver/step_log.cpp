#include "daemon/driver/step_log.h"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

#include "model/counted.h"
#include "model/quote.h"

namespace settings::daemon {
namespace {

/// A line for each of the first ones, and one for all others: the account may hold any number.
template <class List>
void warn_of_each(List const& list, char const* others, auto const& line) {
    constexpr std::size_t most = 20;
    std::size_t told = 0;
    for (auto const& each : list) {
        if (told++ == most) break;
        spdlog::warn("sync: {}", line(each));
    }
    if (list.size() > most) spdlog::warn("sync: {} {}", list.size() - most, others);
}

std::string line_of_unreadable(Unreadable::value_type const& unreadable) {
    return fmt::format("the server's value of \"{}\" cannot be read here and is left alone: {}",
                       quote(unreadable.first), unreadable.second);
}

std::string line_of_conflict(Conflict const& conflict) {
    return fmt::format("{} was changed here and on the server; the value {} is kept",
                       dotted(conflict.path),
                       conflict.kept == Winner::local ? "of this device" : "of the server");
}

/// Whether nobody was told of a held document, or somebody decided on another one.
bool is_news(Judgement const& judgement) {
    return !judgement.on || judgement.verdict != Verdict::none;
}

struct StepLog {
    void operator()(sync::Reconcile const& effect, Reconciled const& done) const {
        if (done.encounter)
            spdlog::warn(
                "sync: the server's document is not the one that these settings were "
                "synced with; nothing is sent or taken over before a person decides");
        if (done.held && is_news(effect.look.judgement))
            spdlog::warn(
                "sync: the server's document would change {} and remove {} of the {} that it "
                "held; this is not taken over before a person decides",
                done.held->changed, done.held->removed,
                counted(done.held->known, "setting", "settings"));
        warn_of_each(done.unreadable, "values more cannot be read here", line_of_unreadable);
        if (done.applied > 0)
            spdlog::info("sync: {} from the server", counted(done.applied, "change", "changes"));
        warn_of_each(done.conflicts, "conflicts more", line_of_conflict);
    }
    void operator()(sync::Settle const& effect, sync::Settled const&) const {
        spdlog::info("sync: {} accepted by the server",
                     counted(effect.batch.size(), "key", "keys"));
    }
    void operator()(sync::Reject const& effect, SetAside const& done) const {
        auto const* what = is_by_server(effect.refusal) ? "rejected by the server" : "set aside";
        spdlog::error("sync: {} {}: {}", counted(done.keys, "key", "keys"), what,
                      effect.refusal.message);
    }
    void operator()(auto const&, auto const&) const {}
};

}  // namespace

void log_step(sync::StoreEffect const& effect, sync::Event const& event) {
    std::visit(StepLog{}, effect, event);
}

}  // namespace settings::daemon
