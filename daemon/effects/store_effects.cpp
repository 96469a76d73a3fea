#include "daemon/effects/store_effects.h"

#include "model/limits.h"

namespace settings::daemon {
namespace {

/// The calls of the ledger, effect by effect.
struct OnLedger {
    sync::Event operator()(sync::Remember const& effect) const {
        if (effect.doubt == sync::Doubt::answered) ledger.mirror().answered();
        if (effect.doubt == sync::Doubt::none) ledger.mirror().drop_marks();
        return sync::Remembered{};
    }
    sync::Event operator()(sync::Reconcile const& effect) const {
        return ledger.meetings().reconcile(effect.look, now);
    }
    sync::Event operator()(sync::Freeze const& effect) const {
        return ledger.mirror().freeze(effect.selection, limits::batch_bytes, now);
    }
    sync::Event operator()(sync::Settle const& effect) const {
        return sync::Settled{ledger.mirror().settle(effect.batch, now)};
    }
    sync::Event operator()(sync::Reject const& effect) const {
        if (effect.doubt == sync::Doubt::open) ledger.mirror().lost(effect.batch, now);
        return ledger.mirror().reject(effect.batch, effect.refusal, effect.retry_at);
    }

    store::Ledger& ledger;
    Time now;
};

}  // namespace

sync::Event carry_out(store::Ledger& ledger, sync::StoreEffect const& effect,
                      std::string const& memory, Time now) {
    ledger.memory().remember(memory);
    return std::visit(OnLedger{ledger, now}, effect);
}

}  // namespace settings::daemon
