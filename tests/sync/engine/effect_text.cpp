#include "tests/sync/engine/effect_text.h"

#include "sync/engine/wire.h"

namespace settings::sync {
namespace {

std::string joined(std::vector<std::string> const& words) {
    std::string line;
    for (auto const& word : words) line += (line.empty() ? "" : ", ") + word;
    return line;
}

std::string keys(Batch const& batch) {
    std::vector<std::string> names;
    for (auto const& pending : batch) names.push_back(pending.key);
    return joined(names);
}

struct Line {
    std::string operator()(Remember const& remember) const {
        if (remember.doubt == Doubt::answered) return "Remember, answered";
        return remember.doubt == Doubt::open ? "Remember" : "Remember, nothing sent";
    }
    std::string operator()(Renew const&) const { return "Renew"; }
    std::string operator()(Fetch const&) const { return "Fetch"; }
    std::string operator()(Reconcile const& reconcile) const {
        auto const& look = reconcile.look;
        std::string line = "Reconcile " + look.remote.text();
        if (look.winner == Winner::remote) line += ", remote wins";
        auto const& [verdict, on] = look.judgement;
        if (verdict == Verdict::apply) line += ", apply";
        if (verdict == Verdict::refuse) line += ", refuse";
        if (on) line += " on " + std::to_string(*on);
        if (look.meeting) line += std::string{", meeting: "} + name_of(*look.meeting);
        return line;
    }
    std::string operator()(Freeze const& freeze) const {
        auto const& [max_keys, skip] = freeze.selection;
        auto const line = "Freeze " + std::to_string(max_keys);
        return skip == 0 ? line : line + " after " + std::to_string(skip);
    }
    std::string operator()(Put const& put) const { return "Put " + request_for(put).body; }
    std::string operator()(Delete const& erase) const { return "Delete " + joined(erase.paths); }
    std::string operator()(Settle const& settle) const { return "Settle " + keys(settle.batch); }
    std::string operator()(Reject const& reject) const {
        return "Reject " + keys(reject.batch) + ": " + reject.refusal.message;
    }

    std::string operator()(Awaiting const& awaiting) const {
        return std::string{"awaits "} + name_of(awaiting.stage);
    }
    std::string operator()(Resting const& resting) const {
        return std::string{"rest: "} + name_of(resting.why);
    }
    std::string operator()(Paused const&) const { return "paused"; }
};

}  // namespace

std::string text(Effect const& effect) { return std::visit(Line{}, effect); }

std::string text(Posture const& posture) { return std::visit(Line{}, posture); }

std::string text(std::optional<Effect> const& effect, Posture const& posture) {
    return effect ? text(*effect) : text(posture);
}

}  // namespace settings::sync
