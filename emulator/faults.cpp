#include "emulator/faults.h"

#include <algorithm>
#include <utility>

namespace settings::emulator {
namespace {

bool looks_at(Step const& step, Call call) {
    return step.on.empty() || std::find(step.on.begin(), step.on.end(), call) != step.on.end();
}

/// Sets or ends a quirk of the service.
struct Setting {
    void operator()(RefuseKey const& refuse) const {
        quirks.refused.insert(refuse.name);
        quirks.stores_the_rest |= refuse.storing_the_rest;
    }
    void operator()(Poison const& poison) const { quirks.poison[poison.name] = poison.status; }
    void operator()(KeepOnly const& keep) const { quirks.kept = keep.names; }
    void operator()(Lag const& lag) const { quirks.lag = lag.by; }
    void operator()(Clear const&) const { quirks = {}; }
    void operator()(Act const&) const {}

    Quirks& quirks;
};

}  // namespace

Faults::Faults(FaultScript script)
    : steps_{std::make_move_iterator(script.begin()), std::make_move_iterator(script.end())} {
    run_what_needs_no_request();
}

Action Faults::next(Call call) {
    if (steps_.empty() || !looks_at(steps_.front(), call)) return {};
    Step& step = steps_.front();
    if (step.after > 0) {
        --step.after;
        run_what_needs_no_request();
        return {};
    }
    // Statements of other kinds were run before they could meet a request.
    Act& act = std::get<Act>(step.what);
    Action action = act.action;
    if (act.times && --*act.times == 0) {
        steps_.pop_front();
        run_what_needs_no_request();
    }
    return action;
}

void Faults::run_what_needs_no_request() {
    while (!steps_.empty() && steps_.front().after == 0) {
        auto const& what = steps_.front().what;
        if (std::holds_alternative<Act>(what)) return;
        std::visit(Setting{quirks_}, what);
        steps_.pop_front();
    }
}

}  // namespace settings::emulator
